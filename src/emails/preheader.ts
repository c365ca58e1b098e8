const HIDDEN =
  'display:none;max-height:0;max-width:0;opacity:0;overflow:hidden;mso-hide:all;visibility:hidden;font-size:1px;line-height:1px;color:transparent';
/** Takes the rest of the line in the inbox, so that the mail's own beginning does not show up there. */
const FILLER = '&#847;&zwnj;&nbsp;'.repeat(60);

/** What an inbox shows beside the subject: hidden at the head of the mail. `text` is HTML. */
export const preheaderHtml = (text: string): string =>
  `<div style="${HIDDEN}" aria-hidden="true">${text}${FILLER}</div>`;
