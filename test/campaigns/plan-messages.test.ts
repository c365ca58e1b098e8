import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CAPTION_LIMIT, planMessages, splitsCaption } from '#src/campaigns/plan-messages.ts';

const medium = (kind: 'image' | 'video' | 'audio' | 'voice' | 'document', id: string = kind) => ({ id, kind });
const plan = (text: string | null, media: ReturnType<typeof medium>[], longestText = text?.length ?? 0) =>
  planMessages({ text, media, longestText });

describe('what goes out, and costs, for one recipient', () => {
  it.each([
    ['a text', plan('Merhaba', []), ['text']],
    ['an image', plan(null, [medium('image')]), ['image']],
    ['an image and a text of 1,024', plan('a'.repeat(1024), [medium('image')]), ['image']],
    ['an image and a text of 1,025', plan('a'.repeat(1025), [medium('image')]), ['image', 'text']],
    ['a pdf and a text', plan('Fatura', [medium('document')]), ['document']],
    ['a video and a text', plan('Bak', [medium('video')]), ['video']],
    ['a voice note and a text', plan('Dinle', [medium('voice')]), ['voice', 'text']],
    ['an audio file and a text', plan('Dinle', [medium('audio')]), ['audio', 'text']],
    ['two images and a text', plan('Bak', [medium('image', 'a'), medium('image', 'b')]), ['image', 'image', 'text']],
    ['two images', plan(null, [medium('image', 'a'), medium('image', 'b')]), ['image', 'image']],
  ])('%s', (_, messages, kinds) => {
    expect(messages.map(({ kind }) => kind)).toEqual(kinds);
    expect(messages.map(({ part }) => part)).toEqual(kinds.map((_, i) => i + 1));
  });

  it('judges a caption by its longest rendering, not by the template', () => {
    expect(plan('{{ firstName }}', [medium('image')], CAPTION_LIMIT + 1)).toHaveLength(2);
    expect(splitsCaption({ text: '{{ firstName }}', media: [medium('image')], longestText: CAPTION_LIMIT + 1 })).toBe(
      true,
    );
  });

  it('puts media first, in order, and says the text exactly once, last', () => {
    const media = fc.array(
      fc.constantFrom('image', 'video', 'audio', 'voice', 'document').map((kind) => medium(kind as 'image')),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(fc.option(fc.string({ minLength: 1, maxLength: 2000 })), media, (text, given) => {
        const messages = plan(text, given);
        expect(messages.filter(({ mediaId }) => mediaId !== null).map(({ kind }) => kind)).toEqual(
          given.map(({ kind }) => kind),
        );
        expect(messages.filter(({ body }) => body !== null)).toHaveLength(text === null ? 0 : 1);
        if (text !== null) expect(messages.at(-1)!.body).toBe(text);
      }),
    );
  });
});
