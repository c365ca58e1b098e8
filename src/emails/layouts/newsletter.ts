import type { LayoutParts } from '#src/emails/fill-layout.ts';
import { headingOf, paragraphsOf } from './frame.ts';

const kind = { tr: 'Bülten', en: 'Newsletter' };

/** A letter to be read: the sender's name above, a rule, text first and the picture within it. */
export const newsletter = (parts: LayoutParts): string => `
<mj-section css-class="card wide" background-color="#ffffff" border-radius="16px 16px 0 0" padding="30px 40px 0">
  <mj-group>
    <mj-column width="62%" vertical-align="middle">
      <mj-text css-class="ink" font-size="18px" line-height="24px" font-weight="700" color="#18181b">${parts.tradeName}</mj-text>
    </mj-column>
    <mj-column width="38%" vertical-align="middle">
      <mj-text css-class="faint" align="right" font-size="14px" line-height="24px" color="#71717a">${kind[parts.language]}</mj-text>
    </mj-column>
  </mj-group>
</mj-section>
<mj-section css-class="card wide" background-color="#ffffff" border-radius="0 0 16px 16px" padding="20px 40px 40px">
  <mj-column>
    <mj-divider css-class="rule" border-width="1px" border-color="#e4e4e7" padding="0 0 28px" />
    <mj-text css-class="ink title" font-weight="700" color="#18181b" padding="0 0 18px" letter-spacing="-0.2px">${headingOf(parts, 28)}</mj-text>
    ${picture(parts)}
    ${paragraphsOf(parts)}
    ${link(parts)}
  </mj-column>
</mj-section>`;

const picture = ({ image }: LayoutParts): string =>
  image === null
    ? ''
    : `<mj-image src="${image.url}" alt="${image.alt}" border-radius="12px" padding="4px 0 24px" fluid-on-mobile="true" />`;

const link = ({ button }: LayoutParts): string =>
  button === null
    ? ''
    : `<mj-text css-class="glow" font-weight="600" color="#0f766e" padding="26px 0 0"><a href="${button.url}" style="color:inherit;text-decoration:none">${button.label}&nbsp;&rarr;</a></mj-text>`;
