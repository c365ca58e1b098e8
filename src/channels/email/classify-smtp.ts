import { type Refusal, rejected, unavailable, unknown } from './mail-outcome.ts';

/** How far a send had come when it failed. `data`: the server had asked for the mail and may have taken it. */
export type SmtpPhase = 'connect' | 'envelope' | 'data';

/** As nodemailer describes a failure. */
export type SmtpFailure = {
  code?: string;
  command?: string;
  responseCode?: number | false;
  response?: string | false;
  message: string;
};

/** SES and others: "454 Throttling failure: Daily message quota exceeded". */
const QUOTA = /\b(daily|24.?hour)\b.*\b(quota|limit)|quota exceeded for the day|5\.4\.5\b/i;
const THROTTLED =
  /throttl|maximum sending rate|too many (connections|messages|e?mails|recipients|requests)|rate limit|ratelimit|sending rate|4\.7\.28\b|slow down/i;
/** Refused whoever the mail is for: what we may send, not where to. */
const OURS =
  /relay|authentica|not verified|sender (address )?(rejected|verify|not)|not (allowed|permitted|authori[sz]ed) to send|account.*(suspended|disabled|paused)|sending (paused|suspended)/i;
const NO_MAILBOX =
  /\b5\.1\.\d+\b|user unknown|no such (user|mailbox|recipient)|unknown (user|recipient)|does ?n[o']t exist|invalid (recipient|mailbox)|mailbox (unavailable|not found)/i;
/** A full mailbox, a mailbox that is switched off. */
const MAILBOX = /\b[45]\.2\.\d+\b|mailbox (is )?full|over quota/i;

/**
 * What a failed send came to. Only an answer of the server, or a failure before it asked for the mail, is certain; a
 * connection that ends or falls silent after that is unknown.
 */
export function classifySmtp(failure: SmtpFailure, phase: SmtpPhase): Refusal {
  const { responseCode, command } = failure;
  const cause = describe(failure);
  if (!responseCode) {
    if (phase !== 'data') return withoutAnswer(failure, cause);
    return failure.code === 'ETIMEDOUT' ? unknown('timeout', cause) : unknown('connection-lost', cause);
  }
  if (QUOTA.test(cause)) return unavailable('quota', cause);
  if (THROTTLED.test(cause) || (responseCode === 421 && phase !== 'connect')) return unavailable('throttled', cause);
  if (OURS.test(cause) || responseCode === 530 || responseCode === 535) return unavailable('carrier', cause);
  if (phase === 'data') return judgeMail(responseCode, cause);
  if (command === 'RCPT TO') return judgeRecipient(responseCode, cause);
  return responseCode === 552 ? rejected('invalid-content', cause) : unavailable('carrier', cause);
}

/** Never asked for the mail, so nothing was taken. What nodemailer refuses by itself is about this mail alone. */
function withoutAnswer({ code, command, message }: SmtpFailure, cause: string): Refusal {
  if (code === 'EENVELOPE' && /recipient/i.test(message)) return rejected('invalid-address', cause);
  if (code === 'EMESSAGE' && command !== 'DATA') return rejected('invalid-content', cause);
  return unavailable('carrier', cause);
}

function judgeRecipient(code: number, cause: string): Refusal {
  if (code < 500) return unavailable('recipient-temporary', cause);
  if (MAILBOX.test(cause)) return unavailable('recipient-temporary', cause);
  return rejected(NO_MAILBOX.test(cause) || code === 550 ? 'invalid-address' : 'rejected', cause);
}

/** The server read the mail and refused it in so many words. */
function judgeMail(code: number, cause: string): Refusal {
  if (code < 500 || MAILBOX.test(cause)) return unavailable('recipient-temporary', cause);
  if (NO_MAILBOX.test(cause)) return rejected('invalid-address', cause);
  return rejected('invalid-content', cause);
}

const describe = ({ response, code, message }: SmtpFailure): string => response || `${code ?? 'failure'}: ${message}`;
