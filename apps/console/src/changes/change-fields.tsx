import type { ReactNode } from 'react';

import { CheckField, CheckFields, InputField, SelectField } from '../ui/fields.tsx';

/** What is filled in for a change; checked boxes of a group are separated by spaces. */
export type Values = Readonly<Record<string, string>>;

/** What a change needs besides its reason. */
export interface FieldSpec {
  readonly name: string;
  readonly label: string;
  readonly kind?: 'text' | 'email' | 'tel' | 'url' | 'select' | 'checkbox' | 'checkboxes' | 'long';
  readonly options?: readonly (readonly [value: string, text: string])[];
  /** Values of a text that are likely. */
  readonly suggestions?: readonly string[];
  readonly value?: string;
  readonly isOptional?: boolean;
  readonly help?: string;
}

interface ChangeFieldProps {
  readonly spec: FieldSpec;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

export function ChangeField({ spec, value, onChange }: ChangeFieldProps): ReactNode {
  const { kind = 'text', label, options = [], suggestions = [], isOptional = false, help } = spec;
  if (kind === 'select') {
    return <SelectField {...{ label, value, onChange, options }} />;
  }
  if (kind === 'checkbox') {
    return (
      <CheckField
        label={label}
        isChecked={value === 'on'}
        onChange={(isChecked) => onChange(isChecked ? 'on' : '')}
      />
    );
  }
  if (kind === 'checkboxes') {
    return (
      <CheckFields
        {...{ label, options }}
        checked={listOf(value)}
        onChange={(checked) => onChange(checked.join(' '))}
      />
    );
  }
  return (
    <InputField
      {...{ label, value, onChange, suggestions }}
      type={kind === 'long' ? 'text' : kind}
      isLong={kind === 'long'}
      isRequired={!isOptional}
      maxLength={2_000}
      {...(help === undefined ? {} : { help })}
    />
  );
}

/** What is checked in a group of boxes. */
export function listOf(value: string | undefined): string[] {
  return (value ?? '').split(' ').filter((each) => each !== '');
}
