// Speaks the conformance protocol: a line of JSON in, a line of JSON out.

import { Rejected, SECOND, UNLIMITED } from "./retention.mjs";
import { acceptedForBackup, parsePolicy, parseTime, plan, validate } from "./retention.mjs";

function answer(question) {
  if (question.ask === "hello") {
    const about = { protocol: 1, implementation: "JavaScript port", version: "1", releases: ["2.3.0"] };
    return { ...about, asks: ["parse", "plan", "validate"], features: ["order", "locks"] };
  } else if (question.ask === "parse") {
    const pairs = parsePolicy(question.policy);
    const seconds = (span) => (span === UNLIMITED ? null : Number(span / SECOND));
    const inSeconds = pairs.map(({ frame, interval }) => [seconds(frame), seconds(interval)]);
    return { pairs: inSeconds, accepted_for_backup: acceptedForBackup(pairs) };
  } else if (question.ask === "validate") {
    validate(question.options);
    return { accepted: true };
  } else if (question.ask === "plan") {
    const backups = question.backups.map(({ time, partial = false, locked_until: until }) => {
      return { time: parseTime(time), partial, lockedUntil: until && parseTime(until) };
    });
    const { time_zone: zone, now, options } = question;
    const { byPolicy, deletes } = plan(zone, parseTime(now), options, backups);
    return { retention_policy_deletes: byPolicy, deletes };
  }
  return { skip: "an unknown question" };
}

// Node's readline is not used: it also breaks lines at U+2028, which JSON may contain as it is.
let rest = "";
for await (const chunk of process.stdin.setEncoding("utf8")) {
  const lines = (rest + chunk).split("\n");
  rest = lines.pop();
  for (const line of lines) {
    const question = JSON.parse(line);
    const reply = { id: question.id };
    try {
      Object.assign(reply, answer(question));
    } catch (error) {
      if (!(error instanceof Rejected)) throw error;
      reply.error = error.message;
    }
    process.stdout.write(JSON.stringify(reply) + "\n");
  }
}
