import { SelectControl, TextareaControl, TextControl, ToggleControl } from '@wordpress/components';
import type { InputHTMLAttributes, ReactNode } from 'react';

/**
 * The host's form controls as we use them. WordPress 6.9 asks for `__next40pxDefaultSize` and `__nextHasNoMarginBottom`,
 * else it logs a deprecation; from 7.1 on both are the default. Remove them when 7.1 is the oldest we support.
 */
export interface FieldProps {
  label: string;
  help?: ReactNode;
  /** What is wrong with the value; shown instead of the help. */
  error?: string | undefined;
  disabled?: boolean;
}

interface TextFieldProps extends FieldProps {
  value: string;
  onChange: (value: string) => void;
  type?: 'text' | 'url' | 'date' | 'number' | 'password';
  input?: Pick<
    InputHTMLAttributes<HTMLInputElement>,
    'maxLength' | 'min' | 'max' | 'placeholder' | 'autoComplete' | 'inputMode' | 'pattern' | 'required' | 'spellCheck'
  >;
}

export function TextField({ label, help, error, disabled = false, value, onChange, type = 'text', input }: TextFieldProps) {
  return (
    <TextControl
      __next40pxDefaultSize
      __nextHasNoMarginBottom
      className={classOf(error)}
      label={label}
      help={helpOf(error, help)}
      type={type}
      value={value}
      onChange={onChange}
      disabled={disabled}
      aria-invalid={error ? true : undefined}
      {...input}
    />
  );
}

export interface Option {
  value: string;
  label: string;
  disabled?: boolean;
}

interface SelectFieldProps<V extends string> extends FieldProps {
  value: V;
  options: (Option & { value: V })[];
  onChange: (value: V) => void;
}

export function SelectField<V extends string>({
  label,
  help,
  error,
  disabled = false,
  value,
  options,
  onChange,
}: SelectFieldProps<V>) {
  return (
    <SelectControl
      __next40pxDefaultSize
      __nextHasNoMarginBottom
      className={classOf(error)}
      label={label}
      help={helpOf(error, help)}
      value={value}
      options={options}
      onChange={(chosen) => onChange(chosen as V)}
      disabled={disabled}
    />
  );
}

interface AreaFieldProps extends FieldProps {
  value: string;
  onChange: (value: string) => void;
  maxLength?: number;
  rows?: number;
}

export function AreaField({ label, help, error, disabled = false, value, onChange, maxLength, rows = 3 }: AreaFieldProps) {
  return (
    <TextareaControl
      __nextHasNoMarginBottom
      className={classOf(error)}
      label={label}
      help={helpOf(error, help)}
      value={value}
      onChange={onChange}
      disabled={disabled}
      rows={rows}
      maxLength={maxLength}
    />
  );
}

interface ToggleFieldProps extends FieldProps {
  checked: boolean;
  onChange: (checked: boolean) => void;
}

export function ToggleField({ label, help, error, disabled = false, checked, onChange }: ToggleFieldProps) {
  return (
    <ToggleControl
      __nextHasNoMarginBottom
      label={label}
      help={helpOf(error, help)}
      checked={checked}
      onChange={onChange}
      disabled={disabled}
    />
  );
}

/** Help text in the host's own place, so that it is read out with the field. */
export function helpOf(error: string | undefined, help: ReactNode): ReactNode {
  return error ? <span className="arb-error">{error}</span> : (help ?? null);
}

export const classOf = (error: string | undefined): string => (error ? 'arb-field has-error' : 'arb-field');
