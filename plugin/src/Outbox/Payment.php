<?php

declare( strict_types=1 );

namespace ArBridge\Outbox;

defined( 'ABSPATH' ) || exit;

/** One row of the payment table. */
final class Payment {

	public const RECEIVED   = 'received';
	public const TAKEN_BACK = 'taken-back';

	/** Seen by WooCommerce's own `date_paid`. */
	public const STORE = 'store';
	/** Told by another plugin; see Events\PaymentReports. */
	public const REPORTED = 'reported';

	/**
	 * @param int    $turn       Counts the order's rows of one source from 0: received, taken back, received ...
	 * @param string $kind       RECEIVED or TAKEN_BACK.
	 * @param string $amount     Decimal string in $currency. A payment seen by `date_paid` is 0.00 where reported ones cover the order.
	 * @param int    $at         Unix time: of the payment as the order says, or of the moment it was taken back.
	 * @param string $source     STORE or REPORTED.
	 * @param string $reference  Names a reported payment within its order; empty for STORE.
	 * @param int    $takes_back Row of the payment that is taken back; 0 where that payment is older than the plugin.
	 * @param int    $id         Row; 0 before it is inserted.
	 */
	public function __construct(
		public int $order_id,
		public int $turn,
		public string $kind,
		public string $amount,
		public string $currency,
		public string $gateway,
		public string $transaction_id,
		public int $at,
		public string $source = self::STORE,
		public string $reference = '',
		public int $takes_back = 0,
		public int $id = 0
	) {}

	public function is_received(): bool {
		return self::RECEIVED === $this->kind;
	}

	/** The row that takes this payment back, in the turn after it unless another one is named. */
	public function taken_back( int $at, ?int $turn = null ): self {
		return new self( $this->order_id, $turn ?? $this->turn + 1, self::TAKEN_BACK, $this->amount, $this->currency, $this->gateway, $this->transaction_id, $at, $this->source, $this->reference, $this->id );
	}

	/** What is left of this payment when $part of it turns out to be another one's: the row two turns later. */
	public function without( float $part ): self {
		return new self( $this->order_id, $this->turn + 2, self::RECEIVED, self::rest( $this->amount, $part ), $this->currency, $this->gateway, $this->transaction_id, $this->at );
	}

	/** An amount less a part of it, never below zero, with the decimals of the amount and at least those of the shop's prices. */
	public static function rest( string $amount, float $part ): string {
		return number_format( max( 0.0, (float) $amount - $part ), self::decimals( $amount ), '.', '' );
	}

	/** The same amount written the same way whoever wrote it: `20`, `20.0` and `20.00` are one payment told three times. */
	public static function canonical( string $amount ): string {
		$amount = str_contains( $amount, '.' ) ? rtrim( rtrim( $amount, '0' ), '.' ) : $amount;
		return number_format( (float) $amount, self::decimals( $amount ), '.', '' );
	}

	private static function decimals( string $amount ): int {
		$point = strpos( $amount, '.' );
		return min( 8, max( wc_get_price_decimals(), false === $point ? 0 : strlen( $amount ) - $point - 1 ) );
	}
}
