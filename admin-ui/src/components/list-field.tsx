import { useState } from '@wordpress/element';
import { AreaField, type FieldProps, TextField } from './fields.tsx';

interface ListFieldProps extends FieldProps {
  values: string[];
  /** Tidies one name, such as taking a prefix off. */
  tidy?: (name: string) => string;
  /** Long lists get room. */
  long?: boolean;
  onChange: (values: string[]) => void;
}

/** Names with commas between. What is being typed is kept as it is: a comma at its end starts the next name. */
export function ListField({ values, tidy = (name) => name, long = false, onChange, ...field }: ListFieldProps) {
  const [typed, setTyped] = useState(values.join(', '));
  const change = (now: string) => {
    setTyped(now);
    onChange(
      now
        .split(',')
        .map((each) => tidy(each.trim()))
        .filter(Boolean),
    );
  };
  return long ? (
    <AreaField {...field} value={typed} onChange={change} />
  ) : (
    <TextField {...field} value={typed} onChange={change} />
  );
}
