type Bag = Record<string, unknown>;
const isBag = (value: unknown): value is Bag => typeof value === 'object' && value !== null && !Array.isArray(value);

/** What an error body says, whichever of its four shapes it has. */
export type ErrorTexts = {
  texts: string[];
  /** The list-in-a-list of a schema violation. */
  schema: boolean;
  /** The number that has no WhatsApp. */
  missingNumber: boolean;
};

/** Flattens `response.message ?? message`: a string, a list, a list in a list, or an object with `exists: false`. */
export function readErrorTexts(body: unknown): ErrorTexts {
  const response = isBag(body) && isBag(body.response) ? body.response : body;
  const message = isBag(response) ? (response.message ?? response.error) : response;
  const items = Array.isArray(message) ? message : [message];
  return {
    texts: items.flat().map((item) => (typeof item === 'string' ? item : (JSON.stringify(item) ?? ''))),
    schema: items.length > 0 && items.every((item) => Array.isArray(item)),
    missingNumber: items.some((item) => isBag(item) && item.exists === false),
  };
}

/** One line for the log. */
export const describeAnswer = (status: number, body: unknown): string =>
  `${status} ${readErrorTexts(body).texts.join('; ')}`.slice(0, 500);
