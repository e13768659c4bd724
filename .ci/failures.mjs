// Prints, from vitest's JSON report, each test and each file that failed, with the first lines of why.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const LINES = 14;
const WIDTH = 220;

/** The first lines of a message, indented, without colours and frames of others' code. */
function excerpt(message) {
  return stripVTControlCharacters(message)
    .split('\n')
    .filter((line) => !line.includes('/node_modules/'))
    .slice(0, LINES)
    .map((line) => `    ${line.slice(0, WIDTH)}`)
    .join('\n');
}

const report = JSON.parse(readFileSync(process.argv[2], 'utf8'));
for (const file of report.testResults) {
  const name = relative(process.cwd(), file.name);
  const failed = file.assertionResults.filter(({ status }) => status === 'failed');
  const unrun = file.assertionResults.filter(({ status }) => status !== 'failed' && status !== 'passed');
  // A file whose set-up failed has no failed test, only tests that never ran.
  if (file.status === 'failed' && (failed.length === 0 || file.message))
    console.log(`- ${name}\n${excerpt(file.message)}`);
  for (const test of failed) console.log(`- ${name}: ${test.fullName}\n${excerpt(test.failureMessages.join('\n'))}`);
  for (const test of unrun) console.log(`- ${name}: ${test.fullName} (${test.status})`);
}
