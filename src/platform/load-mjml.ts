/** MJML brings half a browser with it: most processes never compose a mail, and start without. */
export const loadMjml = async () => (await import('mjml')).default;
