import type { LayoutParts } from '#src/emails/fill-layout.ts';
import { headingOf, paragraphsOf } from './frame.ts';

const badge = { tr: 'Size özel', en: 'Just for you' };

/** Something to be had: a tinted field with a large title in the middle, and one large button. */
export const offer = (parts: LayoutParts): string => `
<mj-section css-class="tint wide" background-color="#d9f2ec" border-radius="16px 16px 0 0" padding="44px 40px 40px">
  <mj-column>
    <mj-text css-class="badge" align="center" font-size="13px" line-height="20px" font-weight="600" color="#ffffff">
      <span style="background-color:#0f766e;color:#ffffff;border-radius:999px;padding:6px 14px">${badge[parts.language]}</span>
    </mj-text>
    <mj-text css-class="ink title" align="center" font-weight="800" color="#10302b" padding="20px 0 0" letter-spacing="-0.4px">${headingOf(parts, 34)}</mj-text>
  </mj-column>
</mj-section>
${picture(parts)}
<mj-section css-class="card wide" background-color="#ffffff" border-radius="0 0 16px 16px" padding="34px 40px 42px">
  <mj-column>
    ${paragraphsOf(parts, 'center')}
    ${button(parts)}
  </mj-column>
</mj-section>`;

const picture = ({ image }: LayoutParts): string =>
  image === null
    ? ''
    : `<mj-section css-class="card" background-color="#ffffff">
  <mj-column><mj-image src="${image.url}" alt="${image.alt}" fluid-on-mobile="true" width="600px" /></mj-column>
</mj-section>`;

const button = ({ button }: LayoutParts): string =>
  button === null
    ? ''
    : `<mj-spacer height="30px" /><mj-button css-class="press" align="center" inner-padding="17px 40px" font-size="17px" href="${button.url}">${button.label}</mj-button>`;
