<?php

declare( strict_types=1 );

namespace ArBridge\Events;

defined( 'ABSPATH' ) || exit;

/** One object that this request changed. */
final class Change {

	/**
	 * @param int      $epoch     When it was noted first; see TransactionWatch.
	 * @param bool     $certain   False for an order of unknown status: it may be a draft.
	 * @param int|null $marked_at Unix time of its mark in the outbox; null while it has none.
	 */
	public function __construct(
		public string $kind,
		public int $id,
		public int $epoch,
		public bool $certain,
		public ?int $marked_at = null
	) {}
}
