import * as Type from 'typebox';

const DateTime = Type.String({ format: 'date-time' });
const example = { title: 'Water the plants', description: 'The fern needs little.' };
const replyExample = {
  id: '64b000000000000000000002',
  account_id: '64b000000000000000000001',
  ...example,
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
};

export const TaskForm = Type.Object(
  { title: Type.String({ minLength: 1 }), description: Type.String({ minLength: 1 }) },
  { examples: [example] },
);

/** What the schema checks. The service checks that fields are present and not empty. */
export const TaskFormTypes = Type.Object({
  title: Type.Optional(Type.String()),
  description: Type.Optional(Type.String()),
});

export const TaskReply = Type.Object(
  {
    id: Type.String(),
    account_id: Type.String(),
    title: Type.String(),
    description: Type.String(),
    created_at: DateTime,
    updated_at: DateTime,
  },
  { examples: [replyExample] },
);

export const TaskListReply = Type.Object(
  {
    items: Type.Array(TaskReply),
    pagination_params: Type.Object({
      offset: Type.Integer(),
      page: Type.Integer(),
      size: Type.Integer(),
    }),
    total_count: Type.Integer(),
    total_pages: Type.Integer(),
  },
  {
    examples: [
      {
        items: [replyExample],
        pagination_params: { offset: 0, page: 1, size: 10 },
        total_count: 1,
        total_pages: 1,
      },
    ],
  },
);

export const OwnerPath = Type.Object({ account_id: Type.String() });
export const TaskPath = Type.Object({ account_id: Type.String(), task_id: Type.String() });

export const ListQuery = Type.Object({
  offset: Type.Optional(Type.String({ description: 'Items to leave out first. Default: 0' })),
  page: Type.Optional(Type.String({ description: 'Counted from 1. Default: 1' })),
  size: Type.Optional(Type.String({ description: 'Items on a page, at most 100. Default: 10' })),
});
