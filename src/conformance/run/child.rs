//! Another program as an implementation.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::response::{self, Reply, Response};
use crate::Release;
use crate::conformance::expected::right;
use crate::conformance::process::{Crash, Fault, Program, Session};
use crate::conformance::protocol::{Ask, Hello, question_line};
use crate::conformance::vector::Expected;
use crate::invariants::{Answer, Case};
use crate::testing::Implementation;

/// Another program, which is asked one question after the other. It is started when it is first
/// asked, and again after a crash.
///
/// What it cannot be asked (another release, backups in another order, locks) it does not answer,
/// and neither what has no defined answer: those parts of its [`Answer`] are missing.
pub struct Child<'a> {
    program: &'a Program,
    hello: &'a Hello,
    limit: Option<(u32, Duration)>,
    state: Mutex<State>,
}

struct State {
    session: Option<Session>,
    asked: u32,
    since: Instant,
    crash: Option<Crash>,
    /// The last question about a policy with its answer: related cases and the steps of a timeline
    /// mostly have the same policy.
    parsed: Option<(Release, String, Option<Response>)>,
}

impl<'a> Child<'a> {
    /// The program that introduced itself like this.
    pub fn new(program: &'a Program, hello: &'a Hello) -> Child<'a> {
        let state =
            State { session: None, asked: 0, since: Instant::now(), crash: None, parsed: None };
        Child { program, hello, limit: None, state: Mutex::new(state) }
    }

    /// The same, which gives no answers after this many questions or this long.
    #[must_use]
    pub(super) fn limited(self, questions: u32, time: Duration) -> Child<'a> {
        Child { limit: Some((questions, time)), ..self }
    }

    /// Begins anew to count the time.
    pub(super) fn restart_time(&self) {
        self.state().since = Instant::now();
    }

    /// How many questions it was asked.
    pub(super) fn asked(&self) -> u32 {
        self.state().asked
    }

    /// The crash since this was called last.
    pub(super) fn take_crash(&self) -> Option<Crash> {
        self.state().crash.take()
    }

    /// Its answer to a question; none if it declines or crashes, or nothing more is to be asked.
    pub(super) fn ask(&self, ask: Ask, case: &Case) -> Option<Response> {
        let mut state = self.state();
        if ask != Ask::Parse {
            return self.respond(&mut state, ask, case);
        }
        let (release, text) = (case.release(), case.policy_text());
        match &state.parsed {
            Some((of, known, response)) if *of == release && known == text => response.clone(),
            _ => {
                let response = self.respond(&mut state, ask, case);
                state.parsed = Some((release, text.to_owned(), response.clone()));
                response
            }
        }
    }

    fn respond(&self, state: &mut State, ask: Ask, case: &Case) -> Option<Response> {
        let is_over = |(questions, time)| state.asked >= questions || state.since.elapsed() > time;
        if self.limit.is_some_and(is_over) || self.program.is_stopped() {
            return None;
        }
        state.asked += 1;
        match self.reply(&mut state.session, ask, case) {
            Ok(Reply::Response(response)) => Some(response),
            Ok(Reply::Skip(_)) => None,
            Err(crash) => {
                state.session = None;
                state.crash = Some(crash).filter(|crash| crash.fault != Fault::Stopped);
                None
            }
        }
    }

    fn reply(&self, session: &mut Option<Session>, ask: Ask, case: &Case) -> Result<Reply, Crash> {
        let session = match session {
            Some(session) => session,
            None => session.insert(Session::start(self.program)?),
        };
        session.ask(question_line(ask, case, "small", self.hello));
        let line = session.answer()?;
        response::read(&line, "small", ask, self.hello).map_err(|fault| session.crash(fault))
    }

    /// The answer and the right one, if the answer is wrong.
    pub(super) fn mismatch(&self, ask: Ask, case: &Case) -> Option<(Response, Expected)> {
        let right = right(ask, case)?;
        let response = self.ask(ask, case)?;
        (!response::agrees(&right, &response)).then_some((response, right))
    }

    fn can_be_asked(&self, case: &Case) -> bool {
        let is_named = self.hello.releases.iter().any(|name| name == case.release().name());
        let is_sorted = self.hello.has("unsorted") || case.backups() == case.versions();
        let is_locked = case.backups().iter().any(|backup| backup.locked_until.is_some());
        is_named && is_sorted && (self.hello.has("locks") || !is_locked)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Implementation for Child<'_> {
    fn name(&self) -> String {
        self.hello.implementation.clone()
    }

    fn answer(&self, case: &Case) -> Answer {
        self.answer_to(&[Ask::Parse, Ask::Plan], case)
    }

    fn read(&self, case: &Case) -> Answer {
        self.answer_to(&[Ask::Parse], case)
    }

    fn decide(&self, case: &Case) -> Answer {
        self.answer_to(&[Ask::Plan], case)
    }
}

impl Child<'_> {
    fn answer_to(&self, asks: &[Ask], case: &Case) -> Answer {
        let mut answer = Answer::default();
        let asks = asks.iter().filter(|&&ask| self.hello.answers(ask));
        for &ask in asks.filter(|_| self.can_be_asked(case)) {
            let Some(right) = right(ask, case) else { continue };
            if let Some(response) = self.ask(ask, case) {
                response.add_to(&mut answer, ask, case, &right);
            }
        }
        answer
    }
}
