const titles: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  500: 'Internal Server Error',
};

/** An answer that is not a success, with its body exactly as Evolution words it. */
export class EvolutionError extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    super(`${status} ${JSON.stringify(body)}`);
    this.status = status;
    this.body = body;
  }
}

function wrapped(status: number, message: unknown): EvolutionError {
  return new EvolutionError(status, { status, error: titles[status], response: { message } });
}

export function badRequest(...messages: unknown[]): EvolutionError {
  return wrapped(400, messages);
}

export function forbidden(message: string): EvolutionError {
  return wrapped(403, [message]);
}

export function notFound(...messages: string[]): EvolutionError {
  return wrapped(404, messages);
}

/** 401 carries a plain string where the others carry an array. */
export function unauthorized(): EvolutionError {
  return wrapped(401, 'Unauthorized');
}

/** A JavaScript error that nobody caught: its message as a plain string. */
export function uncaught(message: string): EvolutionError {
  return wrapped(500, message);
}

/** An InternalServerErrorException thrown on purpose: its messages in an array. */
export function internal(...messages: unknown[]): EvolutionError {
  return wrapped(500, messages);
}

/** chat/whatsappNumbers answers its errors without the `response` wrapper. */
export function unwrappedBadRequest(message: unknown): EvolutionError {
  return new EvolutionError(400, { status: 400, error: titles[400], message });
}

export function licenseRequired(): EvolutionError {
  return new EvolutionError(503, {
    error: 'service not activated',
    code: 'LICENSE_REQUIRED',
    register_url: 'https://license.example.invalid/register',
    instance_id: '00000000-0000-4000-8000-000000000000',
    docs_url: 'https://docs.example.invalid/license',
    message: 'This installation is not activated.',
  });
}
