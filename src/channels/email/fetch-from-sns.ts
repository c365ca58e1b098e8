import axios from 'axios';

export type FetchFromSns = (url: string) => Promise<string>;

const TIMEOUT_MS = 5_000;
const LIMIT_BYTES = 64 * 1024;

/** Reads a small text over HTTPS: no redirects, no proxy, no cookies. Throws for anything but 200. The caller has judged the address. */
export const fetchFromSns: FetchFromSns = async (url) => {
  const { data } = await axios.get<string>(url, {
    responseType: 'text',
    transformResponse: (text) => text,
    maxRedirects: 0,
    proxy: false,
    maxContentLength: LIMIT_BYTES,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    validateStatus: (status) => status === 200,
  });
  return data;
};
