import type { Readable, Writable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { RawMail } from './carrier.ts';
import { classifySmtp, type SmtpFailure, type SmtpPhase } from './classify-smtp.ts';
import { accepted, type MailOutcome, type Refusal } from './mail-outcome.ts';
import { type SmtpServer, serverNameOf } from './smtp-server-of.ts';
import type { SmtpTimeouts } from './smtp-timeouts.ts';

/** `lost`: the connection ended before the server asked for the mail, which another connection may therefore carry. */
export type LineResult = { outcome: MailOutcome; lost: boolean };
export type SmtpLine = {
  send(mail: RawMail): Promise<LineResult>;
  /** Forgets a refused mail; false when the connection is of no more use. */
  reset(): Promise<boolean>;
  isOpen(): boolean;
  quit(): void;
  /** At once; a mail on its way becomes what can be said of it. */
  cut(): void;
};

/** Connects, greets, secures and signs in; or says why not. Nothing has been sent then. */
export function openSmtpLine(server: SmtpServer, timeouts: SmtpTimeouts, address: string): Promise<SmtpLine | Refusal> {
  const connection = new SMTPConnection({
    host: address,
    port: server.port,
    secure: server.secure,
    requireTLS: server.requireTls,
    servername: serverNameOf(server.host),
    connectionTimeout: timeouts.connect,
    greetingTimeout: timeouts.connect,
    dnsTimeout: timeouts.connect,
    // the phases have their own; this one is for a connection that everybody forgot
    socketTimeout: timeouts.data + timeouts.idle,
    socketCloseTimeout: 1_000,
  });
  return new Promise((resolve) => {
    const fail = (error: Error) => {
      clearTimeout(timer);
      resolve(classifySmtp(error as SmtpFailure, 'connect'));
      connection.close();
    };
    const lost = () => fail(new Error('the connection ended during sign-in'));
    const timer = setTimeout(() => fail(new Error('no sign-in in time')), timeouts.connect + timeouts.command);
    const done = () => {
      clearTimeout(timer);
      connection.off('end', lost);
      resolve(lineOf(connection, timeouts));
    };
    connection.on('error', fail);
    connection.once('end', lost);
    connection.connect((error) => {
      if (error) return fail(error);
      if (!server.auth || !connection.allowsAuth) return done();
      connection.login({ ...server.auth, credentials: server.auth }, (refused) => (refused ? fail(refused) : done()));
    });
  });
}

type State = { open: boolean; abort: ((error: Error) => void) | null };

function lineOf(connection: SMTPConnection, timeouts: SmtpTimeouts): SmtpLine {
  const state: State = { open: true, abort: null };
  const over = () => {
    state.open = false;
    // nodemailer says why only after it has said that it ended
    setImmediate(() => state.abort?.(new Error('the connection ended')));
  };
  connection.once('end', over);
  return {
    isOpen: () => state.open,
    cut() {
      connection.close();
      over();
    },
    quit() {
      state.open = false;
      connection.quit();
    },
    reset: () =>
      new Promise((resolve) => {
        const timer = setTimeout(() => resolve(false), timeouts.command);
        connection.reset((error) => {
          clearTimeout(timer);
          resolve(!error && state.open);
        });
      }),
    send: (mail) => new Promise((resolve) => sendOver(connection, state, timeouts, mail, resolve)),
  };
}

function sendOver(
  connection: SMTPConnection,
  state: State,
  timeouts: SmtpTimeouts,
  mail: RawMail,
  resolve: (result: LineResult) => void,
): void {
  let phase: SmtpPhase = 'envelope';
  const finish = (outcome: MailOutcome, lost = false) => {
    state.abort = null;
    clearTimeout(timer);
    resolve({ outcome, lost });
  };
  const fail = (error: SmtpFailure) => {
    const goodbye = error.responseCode ? error.responseCode === 421 : !state.open;
    finish(classifySmtp(error, phase), phase === 'envelope' && goodbye);
  };
  const late = () => {
    const error = Object.assign(new Error(`no answer in time (${phase})`), { code: 'ETIMEDOUT' });
    state.open = false;
    fail(error);
    connection.close();
  };
  let timer = setTimeout(late, timeouts.command);
  state.abort = fail;
  // nodemailer pipes the message when the server has asked for it, and not before
  const message = {
    pipe(to: Writable) {
      phase = 'data';
      clearTimeout(timer);
      timer = setTimeout(late, timeouts.data);
      to.end(mail.raw);
    },
  };
  connection.send(
    { from: mail.from, to: [mail.to], size: Buffer.byteLength(mail.raw) },
    message as unknown as Readable,
    (error, info) => (error ? fail(error as SmtpFailure) : finish(accepted(queueIdOf(info.response)))),
  );
}

/** What the server calls the mail; SES tells the id that its events bear. */
const queueIdOf = (response: string): string | null =>
  /^250 Ok ([0-9a-f-]{20,})$/i.exec(response.trim())?.[1] ??
  /\bqueued as <?([\w.@-]{1,200})/i.exec(response)?.[1] ??
  null;
