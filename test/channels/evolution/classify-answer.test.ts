import { describe, expect, it } from 'vitest';
import { classifyCall, classifySend } from '#src/channels/evolution/classify-answer.ts';
import recorded from './recorded-answers.json' with { type: 'json' };

const expected: Record<string, [kind: string, reason?: string]> = {
  '041-evo-sendText-missing-text': ['rejected', 'invalid-content'],
  '042-evo-sendText-missing-number': ['rejected', 'invalid-content'],
  '043-evo-sendText-numeric-number': ['rejected', 'invalid-content'],
  '044-evo-sendText-delay-string': ['rejected', 'invalid-content'],
  '045-evo-sendText-empty-body': ['rejected', 'invalid-content'],
  '046-evo-sendText-unknown-instance': ['rejected', 'instance-missing'],
  '047-evo-sendText-wrong-key': ['rejected', 'unauthorized'],
  '051-evo-sendMedia-multipart-delay': ['rejected', 'invalid-content'],
  '052-evo-sendMedia-local-hostname': ['rejected', 'invalid-content'],
  '056-evo-sendMedia-b64-document-noname': ['rejected', 'invalid-content'],
  '057-evo-sendMedia-missing-media': ['rejected', 'invalid-content'],
  '058-evo-sendMedia-bad-mediatype': ['rejected', 'invalid-content'],
  '090-biz-sendText-graph400': ['unknown', 'no-key'],
  '091-biz-sendText-graph429': ['unknown', 'no-key'],
  '092-biz-sendText-graph500': ['unknown', 'no-key'],
  '093-biz-sendText-graph-connection-lost': ['unknown', 'server-error'],
  '167-baileys-sendText-never-connected': ['unavailable', 'instance-closed'],
  '179-baileys-sendText-connecting': ['unavailable', 'instance-closed'],
  '180-baileys-sendText-group-connecting': ['unknown', 'server-error'],
  '181-baileys-sendText-empty-text': ['rejected', 'invalid-content'],
  '182-baileys-sendMedia-connecting': ['unavailable', 'instance-closed'],
  '183-baileys-sendMedia-bad-image': ['rejected', 'invalid-content'],
  '217-wa-sendText': ['accepted'],
  '220-wa-sendText-no-sessions': ['unavailable', 'no-session'],
  '221-wa-sendText-not-on-whatsapp': ['rejected', 'not-on-whatsapp'],
  '233-wa-sendMedia-document-base64': ['accepted'],
  '236-wa-sendMedia-multipart': ['accepted'],
  '237-wa-sendMedia-upload-fails': ['unavailable', 'media-upload-failed'],
  '238-wa-sendAudio-base64': ['accepted'],
  '244-wa-sendList': ['unknown', 'server-error'],
  '300-wa-mute-sendText-known': ['unknown', 'server-error'],
  '301-wa-mute-sendText-new': ['unavailable', 'instance-closed'],
  '313-wa-sendText-logged-out': ['unknown', 'server-error'],
};

describe('what a recorded answer to a send means', () => {
  it.each(recorded)('$recording ($status)', ({ recording, status, body }) => {
    const outcome = classifySend({ status, body });
    const reason = outcome.kind === 'accepted' ? undefined : outcome.reason;
    expect([outcome.kind, reason].filter(Boolean)).toEqual(expected[recording]);
  });

  it('covers every recording it knows an answer for', () => {
    expect(recorded.map((r) => r.recording).sort()).toEqual(Object.keys(expected).sort());
  });

  it('201: hands back WhatsApp’s id and the jid that was written to', () => {
    const { status, body } = recorded.find((r) => r.recording === '217-wa-sendText')!;
    expect(classifySend({ status, body })).toEqual({
      kind: 'accepted',
      value: { providerMessageId: '3EB033DE214FE6654C6593', remoteJid: '5511999990001@s.whatsapp.net' },
    });
  });
});

const wrapped = (status: number, message: unknown) => ({ status, body: { status, error: 'x', response: { message } } });

describe('what other answers mean', () => {
  it.each([
    [
      '503 without a licence is final',
      { status: 503, body: { error: 'service not activated', code: 'LICENSE_REQUIRED' } },
      'licence-required',
    ],
    ['503 of a proxy may have been sent', { status: 503, body: '<html>' }, 'server-error'],
    ['502 of a proxy may have been sent', { status: 502, body: '<html>' }, 'server-error'],
    [
      '500 with words of its own may have been sent',
      wrapped(500, 'Invalid `prisma.message.create()` invocation'),
      'server-error',
    ],
    ['400 after the relay may have been sent', wrapped(400, ['Error: Timed Out']), 'server-error'],
    ['400 "Connection Closed" may have been sent', wrapped(400, ['Error: Connection Closed']), 'server-error'],
    [
      'a text that only quotes the error is not the error',
      wrapped(500, 'saw Connection Closed earlier'),
      'server-error',
    ],
    ['a route Evolution does not have', wrapped(404, ['Cannot POST /message/sendText/x']), 'wrong-server'],
    ['a redirect', { status: 302, body: '' }, 'wrong-server'],
    ['429', { status: 429, body: '' }, 'overloaded'],
    ['413', { status: 413, body: '' }, 'invalid-content'],
    ['an empty 500', { status: 500, body: '' }, 'server-error'],
    ['a null 400', { status: 400, body: null }, 'server-error'],
    ['201 with an empty key id', { status: 201, body: { key: { id: '' } } }, 'no-key'],
    ['201 with a numeric key id', { status: 201, body: { key: { id: 7 } } }, 'no-key'],
    ['200 with nothing', { status: 200, body: null }, 'no-key'],
  ])('%s', (_title, answer, reason) => {
    expect(classifySend(answer)).toMatchObject({ reason });
  });

  it('reads the unwrapped error of whatsappNumbers, and an empty one, as unknown', () => {
    expect(classifyCall({ status: 400, body: { status: 400, error: 'Bad Request', message: ['x'] } })).toMatchObject({
      kind: 'unknown',
    });
    expect(classifyCall({ status: 400, body: {} })).toMatchObject({ kind: 'unknown', reason: 'server-error' });
  });

  it('keeps the cause to one short line', () => {
    const outcome = classifySend(wrapped(500, 'y'.repeat(10_000)));
    expect(outcome.kind === 'unknown' && outcome.cause.length).toBe(500);
  });
});
