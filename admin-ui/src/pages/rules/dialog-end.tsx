import { Button } from '@wordpress/components';
import { __ } from '@wordpress/i18n';

interface DialogEndProps {
  /** By field. */
  errors: Record<string, string>;
  /** The field whose error has no place of its own in the form. */
  main: string;
  /** What keeping it is called. */
  keep: string;
  onClose: () => void;
}

/** The end of a form in a dialog: what is wrong with it, and its two buttons. */
export function DialogEnd({ errors, main, keep, onClose }: DialogEndProps) {
  return (
    <>
      {Object.keys(errors).length > 0 && (
        <p className="arb-error" role="alert">
          {errors[main] ?? __('Some fields need a look.', 'ar-bridge')}
        </p>
      )}
      <div className="arb-modal__buttons">
        <Button variant="tertiary" __next40pxDefaultSize onClick={onClose}>
          {__('Cancel', 'ar-bridge')}
        </Button>
        <Button variant="primary" __next40pxDefaultSize type="submit">
          {keep}
        </Button>
      </div>
    </>
  );
}
