type Expression = Readonly<Record<string, unknown>>;

export interface BlankSubstitutes {
  /** Replaces every changed value. */
  readonly value: string;
  /** Replaces the actor's id. Default: it stays. */
  readonly actorId?: string;
}

/** Names of collections, actions and fields. Another program's texts in their places are no names. */
const NAME = '^[a-z][a-z0-9_]*$';
const ID = '^[0-9a-f-]*$';

/**
 * The update to a record without personal data. It takes a record of any shape and leaves a valid
 * one: a field of another type than ours, or one that we do not know, is dropped or emptied.
 */
export function blankRecord(substitutes: BlankSubstitutes, now: Date): readonly Expression[] {
  return [{ $replaceWith: blankedFields(substitutes, now) }];
}

function blankedFields({ value, actorId }: BlankSubstitutes, now: Date): Expression {
  return {
    _id: '$_id',
    resource_type: textLike('resource_type', NAME),
    resource_id: idFrom('resource_id', ''),
    actor_type: textLike('actor_type', NAME),
    actor_id: actorId ?? idFrom('actor_id', null),
    action: textLike('action', NAME),
    changes: changesWith(value),
    outcome: textLike('outcome', NAME),
    request_id: ofType('request_id', ['string'], ''),
    timestamp: ofType('timestamp', ['date'], ofType('created_at', ['date'], now)),
    count: ofType('count', ['int', 'long', 'double', 'decimal'], '$$REMOVE'),
    counted_since: ofType('counted_since', ['date'], '$$REMOVE'),
    subject_digest: ofType('subject_digest', ['string'], '$$REMOVE'),
    created_at: ofType('created_at', ['date'], now),
    updated_at: now,
  };
}

/** Keeps the names of the changed fields. */
function changesWith(value: string): Expression {
  const entries = ofType('changes', ['object'], {});
  return {
    $arrayToObject: {
      $map: {
        input: {
          $filter: {
            input: { $objectToArray: entries },
            cond: { $regexMatch: { input: '$$this.k', regex: NAME } },
          },
        },
        in: { k: '$$this.k', v: { old: value, new: value } },
      },
    },
  };
}

function textLike(field: string, regex: string): Expression {
  const path = `$${field}`;
  const isAlike = { $regexMatch: { input: path, regex } };
  return ofType(field, ['string'], '', { $cond: [isAlike, path, ''] });
}

/** Also from another program's ObjectId. */
function idFrom(field: string, otherwise: string | null): Expression {
  const path = `$${field}`;
  const isId = { $regexMatch: { input: path, regex: ID } };
  return ofType(
    field,
    ['objectId'],
    ofType(field, ['string'], otherwise, { $cond: [isId, path, otherwise] }),
    { $toString: path },
  );
}

function ofType(
  field: string,
  types: readonly string[],
  otherwise: unknown,
  then: unknown = `$${field}`,
): Expression {
  return { $cond: [{ $in: [{ $type: `$${field}` }, types] }, then, otherwise] };
}
