import { accountField } from './account-field-recipe.ts';
import type { Recipe } from './recipe.ts';

const topics = 'libs/notification/src/internal/topic';
const task = 'libs/task/src';
const settings = 'apps/api/src/settings/server-settings.ts';
const server = 'apps/api/src/server.ts';

export const recipes: readonly Recipe[] = [
  accountField,
  {
    name: 'a topic',
    maximumFiles: 2,
    edits: [
      [
        `${topics}/welcome.ts`,
        '',
        `import { DAY, defineTopic } from './define-topic.ts';
import { paragraph, textOf } from './email-layout.ts';
import { html } from './html.ts';

type WelcomeData = { readonly title: string };

const sample: WelcomeData = { title: 'Hello & welcome' };

export const welcome = defineTopic({
  name: 'welcome',
  category: 'transactional',
  priority: 'normal',
  lifeTimeMilliseconds: 3 * DAY,
  canBeSwitchedOff: true,
  sample,
  templates: {
    email: ({ title }) => ({ subject: title, text: textOf([title]), body: html\`\${paragraph(title)}\` }),
    sms: ({ title }) => title,
  },
});
`,
      ],
      [
        `${topics}/topics.ts`,
        "from './refresh-token-reused.ts';",
        "from './refresh-token-reused.ts';\nimport { welcome } from './welcome.ts';",
      ],
      [
        `${topics}/topics.ts`,
        '[announcement.name]: announcement,',
        '[announcement.name]: announcement,\n  [welcome.name]: welcome,',
      ],
    ],
  },
  {
    name: 'a route',
    maximumFiles: 4,
    edits: [
      [
        `${task}/rest-api/task-router.ts`,
        '  getTask: defineRoute({',
        `  countTasks: defineRoute({
    ...common,
    method: 'GET',
    path: '/accounts/:account_id/task-count',
    params: OwnerPath,
    operationId: 'countTasks',
    summary: 'Count the tasks',
    reply: { status: 200, schema: Type.Object({ count: Type.Integer() }) },
  }),
  getTask: defineRoute({`,
      ],
      [
        `${task}/rest-api/task-view.ts`,
        "  getTask: RouteHandler<Routes['getTask']>",
        `  countTasks: RouteHandler<Routes['countTasks']> = async (request) => {
    const owner = { accountId: request.params.account_id };
    return { count: await this.#tasks.countTasks(owner, operationContextOf(request)) };
  };

  getTask: RouteHandler<Routes['getTask']>`,
      ],
      [
        `${task}/task-service.ts`,
        '    return this.#writer.createTask(given.checkNewTask(params), context);\n  }\n',
        `    return this.#writer.createTask(given.checkNewTask(params), context);
  }

  async countTasks(params: TaskDataParams, context: OperationContext): Promise<number> {
    const page = await this.#reader.getTasksByAccountId(given.checkAccountId(params), context);
    return page.totalCount;
  }
`,
      ],
      [
        'libs/task/README.md',
        '| `GET /accounts/:account_id/tasks/:task_id`',
        '| `GET /accounts/:account_id/task-count` | 200 `{count}` |\n| `GET /accounts/:account_id/tasks/:task_id`',
      ],
    ],
  },
  {
    name: 'a setting',
    maximumFiles: 3,
    edits: [
      [
        settings,
        '  LOG_LEVEL: word(',
        "  GREETING: text({ byDefault: 'The API is alive.', description: 'What the API says of itself' }),\n  LOG_LEVEL: word(",
      ],
      [server, "| 'HOST'", "| 'HOST'\n    | 'GREETING'"],
      [server, ".send('The API is alive.')", '.send(config.GREETING)'],
    ],
  },
  {
    name: 'a code of an error',
    maximumFiles: 3,
    edits: [
      [
        `${task}/errors.ts`,
        "LIMIT_REACHED: 'TASK_ERR_03',",
        "LIMIT_REACHED: 'TASK_ERR_03',\n  LOCKED: 'TASK_ERR_04',",
      ],
      [
        `${task}/errors.ts`,
        '/** The account has reached',
        `/** Somebody else is changing the task. */
export class TaskLockedError extends defineError(TaskErrorCode.LOCKED, 409) {
  constructor() {
    super('The task is being changed. Please try again.');
  }
}

/** The account has reached`,
      ],
      [
        `${task}/index.ts`,
        '  TaskLimitReachedError,',
        '  TaskLimitReachedError,\n  TaskLockedError,',
      ],
      [
        'libs/task/README.md',
        '| `TASK_ERR_03` | 409    | `TaskLimitReachedError` |',
        '| `TASK_ERR_03` | 409    | `TaskLimitReachedError` |\n| `TASK_ERR_04` | 409    | `TaskLockedError` |',
      ],
    ],
  },
  {
    name: 'a file inside a module',
    maximumFiles: 1,
    edits: [
      [
        `${task}/internal/task-title.ts`,
        '',
        '/** A title as it is shown in lists. */\nexport function shorten(title: string): string {\n  return title.length > 40 ? `${title.slice(0, 39)}…` : title;\n}\n',
      ],
    ],
  },
];
