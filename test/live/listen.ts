export type ServerSent = { id?: string; event?: string; data?: unknown; comment?: string; retry?: string };

/** Reads a stream of server-sent events as a browser would. */
export function listen(response: Response) {
  const reader = response.body!.getReader();
  const decoder = new TextDecoder();
  const seen: ServerSent[] = [];
  let rest = '';
  async function more(): Promise<boolean> {
    const { done, value } = await reader.read();
    if (done) return false;
    const blocks = (rest + decoder.decode(value, { stream: true })).split('\n\n');
    rest = blocks.pop()!;
    seen.push(...blocks.map(parse));
    return true;
  }
  const events = () => seen.filter((sent) => sent.event !== undefined);
  return {
    seen,
    events,
    /** Waits until so many events have come; throws when the stream ends before. */
    async untilEvents(count: number): Promise<ServerSent[]> {
      while (events().length < count)
        if (!(await more())) throw new Error(`the stream ended after ${events().length} events`);
      return events();
    },
    async until(wanted: (sent: ServerSent) => boolean): Promise<void> {
      while (!seen.some(wanted)) if (!(await more())) throw new Error('the stream ended');
    },
    async untilEnd(): Promise<void> {
      while (await more());
    },
    lastId: () => seen.findLast((sent) => sent.id)!.id!,
    stop: () => reader.cancel(),
  };
}

function parse(block: string): ServerSent {
  const sent: ServerSent = {};
  for (const line of block.split('\n')) {
    const [, field, value] = /^(\w*): ?(.*)$/.exec(line)!;
    if (field === '') sent.comment = value!;
    else if (field === 'data') sent.data = JSON.parse(value!);
    else sent[field as 'id'] = value!;
  }
  return sent;
}
