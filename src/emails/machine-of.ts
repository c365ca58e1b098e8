/**
 * Why a request for something in a mail is not a person's doing. `head`: asks only whether it is there; `prefetch`: a browser or a
 * mail program before anybody looks; `scanner`: known by its name; `tool`: a library's name, or none.
 */
export type Machine = 'head' | 'prefetch' | 'scanner' | 'tool';

/**
 * Gateways and link previews. Not GoogleImageProxy and YahooMailProxy: those ask when somebody opens the mail, and for all of Gmail's
 * and Yahoo's people (mautic#16069).
 */
const SCANNERS =
  /(?<!cu)bot\b|crawl|spider|slurp|scanner|headless|phantomjs|puppeteer|playwright|linkpreview|bingpreview|urlpreview|skypeuripreview|facebookexternalhit|whatsapp\/|barracuda|mimecast|proofpoint|symantec|messagelabs|fireeye|trellix|trendmicro|trend micro|sophos|ironport|forcepoint|zscaler|mailscanner|checkpoint|safelinks|urldefense|antivirus|virustotal|bitdefender|kaspersky|google-safety|googleimageprefetch/i;
const TOOLS =
  /^(curl|wget|python|go-http-client|java|okhttp|libwww|lwp|ruby|php|guzzle|axios|node|undici|got|perl|dart|apache-httpclient|postmanruntime|httpie)\b/i;
/** Apple's Mail Privacy Protection calls itself that and nothing more; Gmail that, before the mail is shown (sparkpost.com/blog/gmail-prefetching-images). */
const PREFETCHERS = new Set([
  'mozilla/5.0',
  'mozilla/5.0 (windows nt 10.0; win64; x64) applewebkit/537.36 (khtml, like gecko) chrome/42.0.2311.135 safari/537.36 edge/12.246 mozilla/5.0',
]);
const PURPOSES = ['purpose', 'sec-purpose', 'x-purpose', 'x-moz'];

/** Null: nothing says that it is one. */
export function machineOf({ method, headers }: Pick<Request, 'method' | 'headers'>): Machine | null {
  if (method === 'HEAD') return 'head';
  if (PURPOSES.some((name) => /prefetch|prerender|preview/i.test(headers.get(name) ?? ''))) return 'prefetch';
  return machineNamed(headers.get('user-agent'));
}

/** The same, by nothing but what it calls itself. */
export function machineNamed(userAgent: string | null | undefined): Machine | null {
  const name = userAgent?.trim() ?? '';
  if (PREFETCHERS.has(name.toLowerCase())) return 'prefetch';
  if (SCANNERS.test(name)) return 'scanner';
  return name === '' || TOOLS.test(name) ? 'tool' : null;
}
