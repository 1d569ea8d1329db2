<?php

declare( strict_types=1 );

namespace ArBridge\Outbox;

defined( 'ABSPATH' ) || exit;

/** One row of the payment table. */
final class Payment {

	public const RECEIVED   = 'received';
	public const TAKEN_BACK = 'taken-back';

	/**
	 * @param int    $turn           0 for the order's first payment, 1 for its taking back, 2 for the next payment ...
	 * @param string $kind           RECEIVED or TAKEN_BACK.
	 * @param string $amount         Decimal string in $currency.
	 * @param int    $at             Unix time: of the payment as the order says, or of the moment it was taken back.
	 */
	public function __construct(
		public int $order_id,
		public int $turn,
		public string $kind,
		public string $amount,
		public string $currency,
		public string $gateway,
		public string $transaction_id,
		public int $at
	) {}

	public function is_received(): bool {
		return self::RECEIVED === $this->kind;
	}

	/** The row that takes this payment back. */
	public function taken_back( int $at ): self {
		return new self( $this->order_id, $this->turn + 1, self::TAKEN_BACK, $this->amount, $this->currency, $this->gateway, $this->transaction_id, $at );
	}
}
