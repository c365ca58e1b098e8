/** Milliseconds: for a connection with greeting and TLS; for an answer to a command; for the one after the mail itself. */
export type SmtpTimeouts = { connect: number; command: number; data: number; idle: number };

export const smtpTimeouts: SmtpTimeouts = { connect: 10_000, command: 10_000, data: 60_000, idle: 20_000 };

/** The usual time-outs, `speed` times shorter. */
export const smtpTimeoutsAt = (speed: number): SmtpTimeouts => ({
  connect: Math.ceil(smtpTimeouts.connect / speed),
  command: Math.ceil(smtpTimeouts.command / speed),
  data: Math.ceil(smtpTimeouts.data / speed),
  idle: smtpTimeouts.idle,
});
