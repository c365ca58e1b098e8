import type { LayoutParts } from '#src/emails/fill-layout.ts';
import { headingOf, paragraphsOf } from './frame.ts';

/** One piece of news: picture, title, text, and what to do. */
export const announcement = (parts: LayoutParts): string => `
${picture(parts)}
<mj-section css-class="card wide" background-color="#ffffff" border-radius="${parts.image ? '0 0 16px 16px' : '16px'}" padding="36px 40px 40px">
  <mj-column>
    <mj-text css-class="glow" font-size="14px" line-height="20px" font-weight="600" color="#0f766e">${parts.tradeName}</mj-text>
    <mj-text css-class="ink title" font-weight="700" color="#18181b" padding="8px 0 18px" letter-spacing="-0.3px">${headingOf(parts, 30)}</mj-text>
    ${paragraphsOf(parts)}
    ${button(parts)}
  </mj-column>
</mj-section>`;

const picture = ({ image }: LayoutParts): string =>
  image === null
    ? ''
    : `<mj-section css-class="card" background-color="#ffffff" border-radius="16px 16px 0 0">
  <mj-column><mj-image src="${image.url}" alt="${image.alt}" border-radius="16px 16px 0 0" fluid-on-mobile="true" width="600px" /></mj-column>
</mj-section>`;

const button = ({ button }: LayoutParts): string =>
  button === null
    ? ''
    : `<mj-spacer height="30px" /><mj-button css-class="press" align="left" href="${button.url}">${button.label}</mj-button>`;
