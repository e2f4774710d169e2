//! One process that is kept busy with a window of questions.

use std::collections::VecDeque;
use std::sync::atomic::Ordering;

use super::diagnose::known_as;
use super::evaluate::evaluate;
use super::questions::Question;
use super::report::{Mismatch, RunReport, VectorStatus};
use super::response::{self, Reply};
use super::shared::Shared;
use crate::conformance::process::{Crash, Fault, Session, WINDOW};
use crate::conformance::protocol::question_line;

/// How many wrong answers are kept, beside their number.
const MAX_WRONG: usize = 200;
/// How many questions with right answers are kept, to tell mutations apart.
const KEPT_RIGHT: usize = 400;

/// One process after the other, and the questions that it has not answered yet.
pub(super) struct Worker<'a> {
    shared: &'a Shared<'a>,
    session: Option<Session>,
    /// The questions without an answer yet, the oldest first.
    pending: VecDeque<(u64, Question)>,
    /// The questions to a process that crashed. They are asked one by one, to find which of them it
    /// was.
    again: VecDeque<(u64, Question)>,
    /// A crash that no question was found for.
    unexplained: Option<Crash>,
    report: RunReport,
}

impl<'a> Worker<'a> {
    pub fn new(shared: &'a Shared<'a>, session: Option<Session>) -> Worker<'a> {
        let (pending, again) = (VecDeque::new(), VecDeque::new());
        Worker { shared, session, pending, again, unexplained: None, report: RunReport::default() }
    }

    pub fn work(mut self) -> RunReport {
        while !self.shared.is_over() {
            if let Err(crash) = self.step() {
                self.session = None;
                self.note(crash);
            }
            if self.again.is_empty() && self.pending.is_empty() && !self.fill_would_find() {
                break;
            }
        }
        self.report.crashes.extend(self.unexplained.take().map(|crash| (None, crash)));
        let session = self.session.take().filter(|_| self.pending.is_empty());
        let crash = session.and_then(|session| session.close().err());
        let crash = crash.filter(|crash| crash.fault != Fault::Stopped);
        self.report.crashes.extend(crash.map(|crash| (None, crash)));
        // What follows from wrong answers is wrong, too.
        if self.report.crashes.is_empty() && self.shared.progress.wrong.load(Ordering::Relaxed) == 0
        {
            evaluate(self.shared, &mut self.report);
        }
        self.report
    }

    fn fill_would_find(&self) -> bool {
        self.shared.next.load(Ordering::Relaxed) < self.shared.questions_end
    }

    /// Asks what fits into the window, and takes one answer.
    fn step(&mut self) -> Result<(), Crash> {
        if self.session.is_none() {
            self.session = Some(Session::start(self.shared.program)?);
        }
        let Some(session) = &mut self.session else { return Ok(()) };
        let is_careful = !self.again.is_empty() || self.unexplained.is_some();
        let window = if is_careful { 1 } else { WINDOW };
        // Filled in halves, so that questions travel together.
        if self.pending.len() <= window / 2 {
            while self.pending.len() < window {
                let question = self.again.pop_front().or_else(|| self.shared.next_question());
                let Some((number, question)) = question else { break };
                let hello = self.shared.hello;
                session.ask(question_line(
                    question.ask,
                    &question.case,
                    &number.to_string(),
                    hello,
                ));
                self.pending.push_back((number, question));
            }
        }
        let Some((number, question)) = self.pending.front() else {
            // All of them were answered alone.
            return Ok(());
        };
        let line = session.answer()?;
        let reply = response::read(&line, &number.to_string(), question.ask, self.shared.hello);
        let reply = reply.map_err(|fault| session.crash(fault))?;
        if let Some((number, question)) = self.pending.pop_front() {
            self.take(number, question, reply);
        }
        let is_done = self.again.is_empty() && self.pending.is_empty();
        if let Some(crash) = self.unexplained.take_if(|_| is_done) {
            self.report.crashes.push((None, crash));
            self.shared.count_crash();
        }
        Ok(())
    }

    /// Which question caused a crash: the one that was alone, or none yet.
    fn note(&mut self, crash: Crash) {
        if crash.fault == Fault::Stopped {
            return;
        }
        let was_alone = self.pending.len() <= 1;
        if was_alone {
            self.unexplained = None;
            let question = self.pending.pop_front().map(|(_, question)| question);
            if let Some(question) = question.as_ref().filter(|question| question.is_vector) {
                self.report.vectors.insert(question.id.clone(), VectorStatus::Crashed);
            }
            self.report.crashes.push((question, crash));
            self.shared.count_crash();
        } else {
            self.unexplained = Some(crash);
            let pending = std::mem::take(&mut self.pending);
            pending.into_iter().rev().for_each(|question| self.again.push_front(question));
        }
    }

    fn take(&mut self, number: u64, question: Question, reply: Reply) {
        let progress = self.shared.progress;
        progress.answered.fetch_add(1, Ordering::Relaxed);
        let is_vector = question.is_vector;
        let response = match reply {
            Reply::Skip(reason) => {
                *self.report.skipped.entry(reason).or_default() += 1;
                if is_vector {
                    self.report.vectors.insert(question.id, VectorStatus::Skipped);
                }
                return;
            }
            Reply::Response(response) => response,
        };
        let Some(right) = question.right() else {
            // Not defined: as good as not asked.
            *self.report.skipped.entry("no answer is defined".into()).or_default() += 1;
            return;
        };
        let is_right = response::agrees(&right, &response);
        if is_vector {
            let outcome = if is_right { VectorStatus::Passed } else { VectorStatus::Failed };
            self.report.vectors.insert(question.id.clone(), outcome);
        }
        if is_right {
            self.report.passed += 1;
            if self.report.right.len() < KEPT_RIGHT {
                self.report.right.push(question);
            }
            return;
        }
        let known_as = known_as(&self.shared.config.known, &question, &response, &right);
        if !known_as.is_empty() {
            self.report.known += 1;
            self.report.known_met.extend(known_as);
            return;
        }
        self.report.failed += 1;
        progress.wrong.fetch_add(1, Ordering::Relaxed);
        if !self.shared.config.keep_going {
            self.shared.halt.store(true, Ordering::Relaxed);
        }
        if self.report.wrong.len() < MAX_WRONG {
            self.report.wrong.push(Mismatch { number, question, response, right });
        }
    }
}
