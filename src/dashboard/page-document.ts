/** The page as a document of its own: what the build leaves is a fragment, as Config UI X wants it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

export async function pageDocument(folder: string): Promise<string> {
  const fragment = await readFile(join(folder, 'index.html'), 'utf8').catch(
    () => '<p>The page is not built: run <code>npm run build</code>.</p>',
  );
  const body = fragment.replace(/((?:src|href)=")(?:\.\/)?(?=[\w-])/g, '$1/page/');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Latchkey</title>
</head>
<body class="latchkey-alone">
${body}
</body>
</html>
`;
}
