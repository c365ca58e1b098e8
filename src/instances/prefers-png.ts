/** Whether an Accept header would rather have a PNG than JSON; null when it wants neither. */
export function prefersPng(accept: string | null): boolean | null {
  const [png, json] = [qualityOf(accept, 'image', 'png'), qualityOf(accept, 'application', 'json')];
  return png === 0 && json === 0 ? null : png > json;
}

/** The quality of the most specific range that matches. */
function qualityOf(accept: string | null, type: string, subtype: string): number {
  if (!accept?.trim()) return 1;
  const ranges = accept.split(',').map((item) => {
    const [range = '', ...parameters] = item
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/);
    const q = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
    return { range, quality: q === undefined ? 1 : Number(q) || 0 };
  });
  for (const wanted of [`${type}/${subtype}`, `${type}/*`, '*/*']) {
    const found = ranges.find(({ range }) => range === wanted);
    if (found) return found.quality;
  }
  return 0;
}
