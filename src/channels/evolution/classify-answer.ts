import type { Answer } from './call-evolution.ts';
import { describeAnswer, readErrorTexts } from './error-texts.ts';
import type { SentMessage } from './evolution-client.ts';
import { accepted, type Outcome, rejected, unavailable, unknown } from './outcome.ts';

type Refusal = Outcome<never>;

/** Refused by Evolution before WhatsApp was involved: these texts come from its own checks. */
const INVALID_CONTENT = [
  /^Text is required$/,
  /^Owned media must be a url/,
  /^For base64 the file name must be informed/,
  /^Error: Input buffer contains unsupported image format/,
  /^Error: Input file contains unsupported image format/,
];
/** Media is prepared, converted and uploaded before the message is relayed. */
const PREPARATION = /^Error: Media upload failed on all hosts/;
/** Encryption fails before the message is relayed. */
const NO_SESSION = /^SessionError: No sessions$/;
/** The existence check runs before the send, and fails so on an instance without a working socket. */
const NO_SOCKET = /^(Error: )?Connection Closed$|^Cannot read properties of undefined \(reading '(onWhatsApp|find)'\)$/;

/**
 * What a send came to. 201 with a key is accepted. Certain non-sends are only those that Evolution 2.3.7's source puts
 * before the relay; a 400 "Connection Closed", every other 400 and 500, and a 201 without a key stay unknown.
 */
export function classifySend({ status, body }: Answer): Outcome<SentMessage> {
  if (status >= 200 && status < 300) {
    const key = (body as { key?: { id?: unknown; remoteJid?: unknown } } | null)?.key;
    if (typeof key?.id === 'string' && key.id !== '')
      return accepted({ providerMessageId: key.id, remoteJid: String(key.remoteJid ?? '') });
    return unknown('no-key', describeAnswer(status, body));
  }
  return (
    refusalOf(status, body) ?? contentRefusal(status, body) ?? unknown('server-error', describeAnswer(status, body))
  );
}

/** Any other call: 2xx is an answer, what is not certain is unknown. */
export function classifyCall({ status, body }: Answer): Outcome<unknown> {
  if (status >= 200 && status < 300) return accepted(body);
  const cause = describeAnswer(status, body);
  if (readErrorTexts(body).schema) return rejected('invalid-content', cause);
  return refusalOf(status, body) ?? unknown('server-error', cause);
}

/** What stops a call at Evolution's door. */
function refusalOf(status: number, body: unknown): Refusal | null {
  const cause = describeAnswer(status, body);
  if (status === 401) return rejected('unauthorized', cause);
  if (status === 404)
    return /instance does not exist|Instance ".*" not found/.test(cause)
      ? rejected('instance-missing', cause)
      : unavailable('wrong-server', cause);
  if (status >= 300 && status < 400) return unavailable('wrong-server', cause);
  if (status === 413) return rejected('invalid-content', cause);
  if (status === 429) return unavailable('overloaded', cause);
  if (status === 503 && (body as { code?: unknown } | null)?.code === 'LICENSE_REQUIRED')
    return rejected('licence-required', cause);
  return null;
}

/** What stops a send between Evolution's door and WhatsApp. */
function contentRefusal(status: number, body: unknown): Refusal | null {
  const { texts, schema, missingNumber } = readErrorTexts(body);
  const cause = describeAnswer(status, body);
  const says = (pattern: RegExp) => texts.some((text) => pattern.test(text));
  if (status !== 400 && status !== 500) return null;
  if (missingNumber) return rejected('not-on-whatsapp', cause);
  if (status === 400 && schema) return rejected('invalid-content', cause);
  if (INVALID_CONTENT.some(says)) return rejected('invalid-content', cause);
  if (says(NO_SESSION)) return unavailable('no-session', cause);
  if (status === 500 && says(PREPARATION)) return unavailable('media-upload-failed', cause);
  if (status === 500 && says(NO_SOCKET)) return unavailable('instance-closed', cause);
  return null;
}
