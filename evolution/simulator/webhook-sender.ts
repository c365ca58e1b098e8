import http from 'node:http';
import https from 'node:https';

export interface WebhookSender {
  /** Posts one body; the status, or null when there was none (time-out, refused, reset, impossible headers). */
  post(url: string, body: string, headers: Record<string, string>): Promise<number | null>;
  close(): void;
}

/** As the axios inside Evolution 2.3.7 introduces itself. */
const axiosHeaders = {
  accept: 'application/json, text/plain, */*',
  'user-agent': 'axios/1.13.2',
  'accept-encoding': 'gzip, compress, deflate, br',
};

function statusOf(request: http.ClientRequest, body: string): Promise<number | null> {
  return new Promise((resolve) => {
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(null));
    request.on('response', (response) => {
      response.resume();
      response.on('error', () => resolve(null));
      response.on('close', () => resolve(response.statusCode ?? null));
    });
    request.end(body);
  });
}

/**
 * Plain node:http: four webhooks follow each send, and axios costs several times as much per call, which
 * made the simulator the bottleneck at 1,000 sends a second.
 */
export function createWebhookSender(timeoutMs: number): WebhookSender {
  const plain = new http.Agent({ keepAlive: true, maxSockets: 256 });
  const secure = new https.Agent({ keepAlive: true, maxSockets: 256 });
  return {
    async post(url, body, given) {
      const headers = { ...axiosHeaders, ...given, 'content-type': 'application/json' };
      const length = { 'content-length': String(Buffer.byteLength(body)) };
      const options = { method: 'POST', timeout: timeoutMs, headers: { ...headers, ...length } };
      try {
        const tls = url.startsWith('https:');
        const request = tls
          ? https.request(url, { ...options, agent: secure })
          : http.request(url, { ...options, agent: plain });
        return await statusOf(request, body);
      } catch {
        return null;
      }
    },
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}
