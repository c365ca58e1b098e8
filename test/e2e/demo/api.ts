export type Json = Record<string, unknown>;

/** The REST API as one caller sees it. Anything but success throws with the problem's own words. */
export class Api {
  readonly #url: string;
  readonly #headers: Record<string, string>;

  constructor(url: string, token?: string) {
    this.#url = url;
    this.#headers = token ? { authorization: `Bearer ${token}` } : {};
  }

  as(token: string): Api {
    return new Api(this.#url, token);
  }

  get = <T = Json>(path: string): Promise<T> => this.#call<T>('GET', path);
  post = <T = Json>(path: string, body?: object): Promise<T> =>
    this.#call<T>('POST', path, JSON.stringify(body ?? {}), 'application/json');
  put = <T = Json>(path: string, body: object): Promise<T> =>
    this.#call<T>('PUT', path, JSON.stringify(body), 'application/json');
  postCsv = <T = Json>(path: string, csv: string): Promise<T> =>
    this.#call<T>('POST', path, csv, 'text/csv; charset=utf-8');

  upload<T = Json>(path: string, bytes: Uint8Array<ArrayBuffer>, fileName: string): Promise<T> {
    const form = new FormData();
    form.set('file', new Blob([bytes]), fileName);
    return this.#call<T>('POST', path, form);
  }

  async #call<T>(method: string, path: string, body?: string | FormData, type?: string): Promise<T> {
    const headers = { ...this.#headers, ...(type && { 'content-type': type }) };
    const response = await fetch(this.#url + path, { method, headers, body });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
    return (text ? JSON.parse(text) : undefined) as T;
  }
}

export type Campaign = {
  id: string;
  name: string;
  status: string;
  statusReason: string | null;
  nextRunAt: string | null;
  recipientCount: number;
  messagesPerRecipient: number;
  counts: Record<'queued' | 'sending' | 'sent' | 'delivered' | 'read' | 'failed' | 'skipped' | 'unknown', number>;
  credits: { held: number; spent: number };
  excluded: { reason: string; count: number }[];
  progress: number;
};

export type Recipient = {
  name: string;
  address: string;
  status: string;
  statusReason: string | null;
  spentCredits: number;
};
export type Transaction = {
  type: string;
  amount: number;
  balanceAfter: number;
  note: string | null;
  createdAt: string;
};
export type Credits = {
  currentCredit: number;
  heldCredit: number;
  availableCredit: number;
  totalSpend: number;
  averageMonthly: number;
};
