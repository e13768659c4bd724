/** The OpenAPI document of the local dashboard, made from the schemas that check its requests. */
import { z } from 'zod';
import { commands } from './commands.ts';
import { exportSchema, questions } from './questions.ts';

export const questionPaths = {
  '/events': 'events',
  '/events/:id': 'event',
  '/days': 'days',
  '/heatmap': 'heatmap',
  '/calendar': 'calendar',
  '/picture': 'picture',
  '/stats': 'stats',
  '/strangers': 'strangers',
  '/people': 'people',
  '/ignored': 'ignored',
  '/health': 'health',
  '/choices': 'choices',
} as const satisfies Record<string, keyof typeof questions>;

interface ObjectSchema {
  properties?: Record<string, unknown>;
  required?: string[];
}

export function openApiDocument(version: string): object {
  const paths: Record<string, unknown> = {};
  for (const [path, name] of Object.entries(questionPaths)) {
    const { summary, schema } = questions[name];
    paths[path.replace(':id', '{id}')] = {
      get: {
        operationId: name,
        summary,
        parameters: parametersOf(schema, path),
        responses: responses('application/json'),
      },
    };
  }
  paths['/export'] = {
    get: {
      operationId: 'export',
      summary: 'All events of a filter.',
      parameters: parametersOf(exportSchema, ''),
      responses: responses('text/csv'),
    },
  };
  paths['/thumbnails/{file}'] = {
    get: {
      operationId: 'thumbnail',
      summary: 'A picture, at an address that another answer gave.',
      security: [],
      parameters: [{ name: 'file', in: 'path', required: true, schema: { type: 'string' } }],
      responses: responses('image/jpeg'),
    },
  };
  paths['/metrics'] = {
    get: { operationId: 'metrics', summary: 'Figures for Prometheus.', responses: responses('text/plain') },
  };
  paths['/status'] = {
    get: {
      operationId: 'status',
      summary: 'How the plugin and its parts do.',
      responses: responses('application/json'),
    },
  };
  for (const [name, { schema }] of Object.entries(commands)) {
    const body = { required: true, content: { 'application/json': { schema: jsonSchema(schema) } } };
    paths[`/commands/${name}`] = {
      post: {
        operationId: name,
        summary: `Asks the plugin: ${name.replaceAll('-', ' ')}.`,
        requestBody: body,
        responses: responses('application/json'),
      },
    };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Latchkey',
      version,
      description: 'The visits at your doors. Times are UTC ISO 8601; dates and hours are those of the home.',
    },
    security: [{ bearer: [] }, { session: [] }],
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'latchkey-session' },
      },
    },
    paths,
  };
}

function parametersOf(schema: z.ZodType, path: string): object[] {
  const { properties = {}, required = [] } = jsonSchema(schema) as ObjectSchema;
  return Object.entries(properties).map(([name, of]) => {
    const inPath = path.includes(`:${name}`);
    return { name, in: inPath ? 'path' : 'query', required: inPath || required.includes(name), schema: of };
  });
}

function jsonSchema(schema: z.ZodType): object {
  return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', target: 'draft-2020-12' });
}

function responses(type: string): object {
  const problem = {
    description: 'A sentence that says what is wrong.',
    content: { 'application/json': { schema: { type: 'object', properties: { error: { type: 'string' } } } } },
  };
  return { 200: { description: 'The answer.', content: { [type]: {} } }, 400: problem, 401: problem, 404: problem };
}
