import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

export type DocsFile = { path: string; type: string; tag: string; read(): Promise<string> };

const page = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Ulak API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="stylesheet" href="/docs/page.css">
</head>
<body>
<div id="ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/page.js"></script>
</body>
</html>
`;

const style = `body { margin: 0; }
.swagger-ui .opblock .opblock-summary-path { max-width: none; }
`;

/** validatorUrl: null, or the page would show our document to swagger.io. */
const script = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#ui',
  deepLinking: true,
  docExpansion: 'list',
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  syntaxHighlight: { theme: 'agate' },
  validatorUrl: null,
});
`;

/** The page at /docs, with Swagger UI as its npm package ships it. */
export function docsFiles(): DocsFile[] {
  return [
    ours('/docs', 'text/html; charset=utf-8', page),
    ours('/docs/page.css', 'text/css; charset=utf-8', style),
    ours('/docs/page.js', 'text/javascript; charset=utf-8', script),
    shipped('swagger-ui.css', 'text/css; charset=utf-8'),
    shipped('swagger-ui-bundle.js', 'text/javascript; charset=utf-8'),
  ];
}

const tagOf = (text: string) => `"${createHash('sha256').update(text).digest('base64url').slice(0, 16)}"`;

const ours = (path: string, type: string, text: string): DocsFile => ({
  path,
  type,
  tag: tagOf(text),
  read: async () => text,
});

function shipped(name: string, type: string): DocsFile {
  const { resolve } = createRequire(import.meta.url);
  const { version } = JSON.parse(readFileSync(resolve('swagger-ui-dist/package.json'), 'utf8')) as { version: string };
  const path = resolve(`swagger-ui-dist/${name}`);
  return { path: `/docs/${name}`, type, tag: tagOf(`${name} ${version}`), read: () => readFile(path, 'utf8') };
}
