import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { freezeValues } from '#src/personalisation/freeze-values.ts';
import { parsePersonalised, renderPersonalised } from '#src/personalisation/personalisation.ts';

const allowed = ['firstName', 'organization.name', 'organization.phone'];
const freeze = (text: string, name: string | null) => freezeValues(text, { 'organization.name': name }, allowed);
const say = (text: string, values = {}) => {
  const parsed = parsePersonalised(text);
  if (!parsed.ok) throw new Error(parsed.error.en);
  return renderPersonalised(parsed.template, values);
};

describe('freezeValues', () => {
  it('puts what is known in the place of its name and leaves the rest to be filled in', () => {
    expect(freeze('{{ firstName }}, {{ organization.name }}!', 'Işık Şti.')).toBe('{{ firstName }}, Işık Şti.!');
  });

  it('keeps filters and conditions at work', () => {
    expect(say(freeze('{{ organization.name | upcase }}', 'işık'))).toBe('İŞIK');
    const asked = '{% if organization.name == "Acme" %}evet{% else %}hayır{% endif %}';
    expect([say(freeze(asked, 'Acme')), say(freeze(asked, 'Acme 2'))]).toEqual(['evet', 'hayır']);
  });

  it.each([null, '', '  '])('%j is nothing: fallbacks stand and conditions do not hold', (name) => {
    const text =
      'a{{ organization.name }}b {{ organization.name | default: "biz" }} {% if organization.name %}x{% endif %}';
    expect(say(freeze(text, name))).toBe('ab biz ');
  });

  it('whatever a name holds comes out as it is: no Liquid, no alternatives, no end of a string', () => {
    const texts = ['{{ organization.name }}', '{{ organization.name | strip }}', '{{organization.name}}'];
    const signs = fc.string({
      unit: fc.constantFrom('{', '}', '|', '%', '"', "'", '\\', 'a', 'ş', '\n', '😀', '<', '&'),
    });
    fc.assert(
      fc.property(signs, fc.constantFrom(...texts), (noise, text) => {
        const name = `A${noise}Z`;
        expect(say(`${freeze(text, name)} {{ firstName }}`, { firstName: 'Ece' })).toBe(`${name} Ece`);
      }),
      { numRuns: 300 },
    );
  });

  it('leaves raw alone', () => {
    expect(freeze('{% raw %}{{ organization.name }}{% endraw %}', 'Acme')).toBe(
      '{% raw %}{{ organization.name }}{% endraw %}',
    );
  });
});
