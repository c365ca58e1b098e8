import type pg from 'pg';
import type { Span, Tracing } from '#src/platform/tracing.ts';
import { PromptClient } from './prompt-client.ts';

const FIRST_WORD = /^\s*(?:--[^\n]*\n\s*)*(\w+)/;
const TABLE = /\b(?:from|into|update|table)\s+(?:only\s+)?"?(\w+)"?/i;

/** A connection that tells of its statements, by verb and table and never by value, and of the transactions that hold them. */
export function tracedClient(tracing: Tracing): new (config?: pg.ClientConfig) => PromptClient {
  return class TracedClient extends PromptClient {
    #transaction: Span | null = null;

    constructor(config?: pg.ClientConfig) {
      super(config);
      const query = this.query.bind(this) as (...given: unknown[]) => unknown;
      this.query = ((...given: unknown[]) => this.#trace(query, given)) as typeof this.query;
    }

    #trace(query: (...given: unknown[]) => unknown, given: unknown[]): unknown {
      const text = textOf(given[0]);
      if (text === null || given.some((one) => typeof one === 'function')) return query(...given);
      const verb = FIRST_WORD.exec(text)?.[1]?.toLowerCase() ?? 'statement';
      if (verb === 'begin') this.#transaction = tracing.begin({ name: 'transaction', kind: 'internal' });
      const table = TABLE.exec(text)?.[1];
      const attributes = {
        'db.system.name': 'postgresql',
        'db.operation.name': verb,
        ...(table && { 'db.collection.name': table }),
      };
      const name = table ? `${verb} ${table}` : verb;
      const span = tracing.begin({ name, kind: 'client', attributes }, this.#transaction ?? undefined);
      const over = (error?: { code?: string }) => {
        if (error) span.fail(error.code ?? 'Error');
        span.end();
        if (verb === 'commit' || verb === 'rollback') this.#endTransaction(verb);
      };
      const answer = query(...given) as Promise<unknown>;
      answer.then(() => over(), over);
      return answer;
    }

    #endTransaction(verb: string): void {
      if (verb === 'rollback') this.#transaction?.fail('rollback');
      this.#transaction?.end();
      this.#transaction = null;
    }
  };
}

function textOf(statement: unknown): string | null {
  if (typeof statement === 'string') return statement;
  const { text, submit } = (statement ?? {}) as { text?: unknown; submit?: unknown };
  return typeof text === 'string' && submit === undefined ? text : null;
}
