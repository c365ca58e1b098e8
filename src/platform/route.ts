import type { z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import type { ProblemCode } from './problem.ts';

export type Access = 'public' | 'user' | 'admin';
type Output<S> = S extends z.ZodType ? z.output<S> : undefined;

/** What a route says of itself: the router enforces all of it and the OpenAPI document shows all of it. */
export type RouteSpec<P, Q, B, A> = {
  method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** OpenAPI style: `/v1/customers/{id}`. */
  path: string;
  summary: string;
  description?: string;
  tag: string;
  /** `user`: signed in; `admin`: platform admin. */
  access: Access;
  /** What an API key needs to hold, such as `customers:write`. A session may do what its user may. */
  scope?: string;
  /** Of him alone: not by an admin who acts as him. */
  personal?: true;
  params?: P;
  query?: Q;
  /** A JSON body. Strict: unknown fields are refused. */
  body?: B;
  /** A body the handler reads itself from `request`. */
  stream?: 'multipart/form-data' | 'text/csv' | 'application/gzip';
  /** Content types, besides that of `stream`, under which the body may come. */
  alsoConsumes?: string[];
  /** Of a public POST: whose Idempotency-Key it is, as its body tells; a public one without it takes none. */
  keyHolder?: (body: Output<B>) => string;
  /** JSON bodies: 1 MiB unless told. Streams: no limit unless told (the handler has its own). */
  bodyLimitBytes?: number;
  answer: { status: 200 | 201 | 202 | 204; schema?: A; description?: string };
  /** Content types, besides JSON, that the handler may answer with a Response of its own. */
  alsoProduces?: string[];
  /** Refusals of the verb's own; those of every route are added. */
  problems?: ProblemCode[];
};

export type RouteInput<C, P, Q, B> = {
  ctx: C;
  params: Output<P>;
  query: Output<Q>;
  body: Output<B>;
  /** The raw request, for streams and content negotiation. */
  request: Request;
  c: Context;
};

/** What the router keeps of a route, its types already checked. */
export type Route<C = unknown> = {
  spec: RouteSpec<z.ZodObject | undefined, z.ZodObject | undefined, z.ZodType | undefined, z.ZodType | undefined>;
  handle(input: RouteInput<C, never, never, never>): Promise<unknown>;
};
