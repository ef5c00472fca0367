import {
  BaseModel,
  DocumentFields,
  MalformedDocumentError,
  objectIdOf,
  parseObjectId,
} from '@org/core/store';
import { ObjectId } from 'mongodb';
import { describe, expect, it } from 'vitest';

import { NoteModel } from './notes.ts';

const stored = {
  _id: parseObjectId('64b000000000000000000001'),
  title: 'first',
  created_at: new Date('2026-01-01T00:00:00.000Z'),
  updated_at: new Date('2026-01-02T00:00:00.000Z'),
};

describe(BaseModel, () => {
  it('makes an object of a document', () => {
    expect(NoteModel.fromBson(stored)).toEqual({
      id: '64b000000000000000000001',
      title: 'first',
      createdAt: stored.created_at,
      updatedAt: stored.updated_at,
    });
  });

  it.each([
    ['title', 42],
    ['title', undefined],
    ['created_at', '2026-01-01'],
  ])('names the document and the field when %s is %j', (field, value) => {
    const read = () => NoteModel.fromBson({ ...stored, [field]: value });

    expect(read).toThrow(MalformedDocumentError);
    expect(read).toThrow(`64b000000000000000000001 in notes: ${field} is not a`);
  });
});

describe(DocumentFields, () => {
  it('reads a number, and refuses what is none', () => {
    const fields = new DocumentFields({ _id: stored._id, count: 3, title: '3' }, 'notes');

    expect(fields.number('count')).toBe(3);
    expect(() => fields.number('title')).toThrow(MalformedDocumentError);
  });

  it('reads a date of a year of four digits, and refuses any other', () => {
    const [last, far] = [new Date('9999-12-31T23:59:59.999Z'), new Date(8.64e15)];
    const fields = new DocumentFields({ _id: stored._id, last, far, text: '2026' }, 'notes');

    expect(fields.date('last')).toEqual(last);
    expect(fields.optionalDate('none')).toBeNull();
    expect(() => fields.date('far')).toThrow(MalformedDocumentError);
    expect(() => fields.optionalDate('far')).toThrow(MalformedDocumentError);
    expect(() => fields.date('text')).toThrow(MalformedDocumentError);
  });

  it('takes a text that is not there for an empty one, but nothing else for a text', () => {
    const fields = new DocumentFields(
      { _id: stored._id, title: 'a', none: null, count: 3 },
      'notes',
    );

    expect(fields.stringOrEmpty('title')).toBe('a');
    expect(fields.stringOrEmpty('none')).toBe('');
    expect(fields.stringOrEmpty('absent')).toBe('');
    expect(() => fields.stringOrEmpty('count')).toThrow(MalformedDocumentError);
  });
});

describe(objectIdOf, () => {
  it('finds the document that a model was made of', () => {
    expect(objectIdOf(NoteModel.fromBson(stored))).toEqual(stored._id);
  });
});

describe(parseObjectId, () => {
  it('takes an id as it is, and nothing that only reads like one', () => {
    const id = new ObjectId();
    expect(parseObjectId(id)).toBe(id);
    const hex = id.toHexString();
    for (const odd of [[hex], { toString: () => hex }, 5, null, undefined, Object.create(null)]) {
      expect(parseObjectId(odd)).toBeUndefined();
    }
  });

  it.each([
    '',
    'x',
    '64b00000000000000000000',
    '64b0000000000000000000011',
    'zzb000000000000000000001',
  ])('returns undefined for %j', (text) => {
    expect(parseObjectId(text)).toBeUndefined();
  });
});
