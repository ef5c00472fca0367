import { useId, type ReactNode } from 'react';
import {
  Button as AriaButton,
  Input,
  Label,
  Text,
  TextArea,
  TextField,
} from 'react-aria-components';

interface ButtonProps {
  readonly children: ReactNode;
  readonly onPress?: () => void;
  readonly tone?: 'main' | 'danger';
  readonly isSubmit?: boolean;
  /** Whether what it does is being done; shown only. */
  readonly isPending?: boolean;
  readonly label?: string;
  /** `close` in a dialog closes it. */
  readonly slot?: string;
}

export function Button(props: ButtonProps): ReactNode {
  const { children, onPress, tone, isSubmit = false, isPending = false, label, slot } = props;
  return (
    <AriaButton
      type={isSubmit ? 'submit' : 'button'}
      className={`${tone ?? ''}${isPending ? ' pending' : ''}`}
      {...(slot === undefined ? {} : { slot })}
      {...(label === undefined ? {} : { 'aria-label': label })}
      {...(onPress === undefined ? {} : { onPress })}
    >
      {children}
    </AriaButton>
  );
}

interface InputFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: string;
  readonly isRequired?: boolean;
  readonly isLong?: boolean;
  readonly autoComplete?: string;
  readonly autoFocus?: boolean;
  readonly help?: string;
  readonly maxLength?: number;
  /** Offered by the browser; anything else can be typed. */
  readonly suggestions?: readonly string[];
}

export function InputField(props: InputFieldProps): ReactNode {
  const { label, value, onChange, type = 'text', isRequired = false, isLong = false } = props;
  const {
    autoComplete = 'off',
    autoFocus = false,
    help,
    maxLength = 500,
    suggestions = [],
  } = props;
  const listId = useId();
  return (
    <TextField
      className="field"
      {...{ value, onChange, type, isRequired, autoComplete, autoFocus, maxLength }}
    >
      <Label>{label}</Label>
      {isLong ? (
        <TextArea rows={3} />
      ) : (
        <Input {...(suggestions.length === 0 ? {} : { list: listId })} />
      )}
      {suggestions.length > 0 && (
        <datalist id={listId}>
          {suggestions.map((each) => (
            <option key={each} value={each} />
          ))}
        </datalist>
      )}
      {help !== undefined && <Text slot="description">{help}</Text>}
    </TextField>
  );
}

interface SelectFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly options: readonly (readonly [value: string, text: string])[];
}

/** The browser's own select: it is the one that people know, also on phones. */
export function SelectField({ label, value, onChange, options }: SelectFieldProps): ReactNode {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.target.value)}>
        {options.map(([each, text]) => (
          <option key={each} value={each}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}

interface CheckFieldProps {
  readonly label: string;
  readonly isChecked: boolean;
  readonly onChange: (isChecked: boolean) => void;
}

export function CheckField({ label, isChecked, onChange }: CheckFieldProps): ReactNode {
  return (
    <label className="box">
      <input
        type="checkbox"
        checked={isChecked}
        onChange={(event) => onChange(event.target.checked)}
      />
      {label}
    </label>
  );
}

interface CheckFieldsProps {
  readonly label: string;
  readonly options: readonly (readonly [value: string, text: string])[];
  readonly checked: readonly string[];
  readonly onChange: (checked: readonly string[]) => void;
}

export function CheckFields({ label, options, checked, onChange }: CheckFieldsProps): ReactNode {
  const others = (value: string): string[] => checked.filter((each) => each !== value);
  return (
    <fieldset>
      <legend>{label}</legend>
      <div className="boxes">
        {options.map(([value, text]) => (
          <CheckField
            key={value}
            label={text}
            isChecked={checked.includes(value)}
            onChange={(is) => onChange(is ? [...others(value), value] : others(value))}
          />
        ))}
      </div>
    </fieldset>
  );
}
