<?php

declare( strict_types=1 );

namespace ArBridge\Events;

use ArBridge\Outbox\Payment;
use DateTimeImmutable;
use DateTimeInterface;
use Throwable;
use WC_Order;

defined( 'ABSPATH' ) || exit;

/** What another plugin says about a payment, read strictly: it becomes money in the ledger. */
final class PaymentReport {

	private const NO_ORDER = 'there is no such order';
	private const NO_NAME  = 'reference, or else transaction_id with amount and at, has to name the payment: told twice without them it would count twice';
	/** 2000-01-01: earlier is a mistake, such as milliseconds read as a fraction, or 0. */
	private const EARLIEST = 946_684_800;
	/** How far another system's clock may be ahead. */
	private const A_DAY = 86_400;

	/**
	 * Reads the arguments of `ar_bridge_payment_received`.
	 *
	 * @param mixed $order_id
	 * @param mixed $told See readme.txt, "For developers".
	 * @param int   $now  Unix time.
	 * @return Payment|string The row without its turn, or what is wrong with the report.
	 */
	public static function received( $order_id, $told, int $now ) {
		$order = self::order( $order_id );
		if ( null === $order ) {
			return self::NO_ORDER;
		}
		$told   = is_array( $told ) ? $told : array();
		$name   = self::name( $told );
		$amount = self::amount( $told['amount'] ?? null );
		if ( null === $amount ) {
			return 'amount is no decimal above zero, such as "20.00"';
		}
		if ( $order->get_currency( 'edit' ) !== ( $told['currency'] ?? null ) ) {
			return sprintf( 'currency is not that of the order, %s', $order->get_currency( 'edit' ) );
		}
		$at = self::instant( $told['at'] ?? null );
		if ( null === $at || $at < self::EARLIEST || $at > $now + self::A_DAY ) {
			return 'at is no Unix time, DateTime, or ISO 8601 text with its time zone; or it is in the future';
		}
		$gateway     = self::text( $told['gateway'] ?? null );
		$transaction = self::text( $told['transaction_id'] ?? '' );
		if ( null === $gateway || null === $transaction ) {
			return 'gateway and transaction_id are texts of at most 190 characters, and gateway is not left out';
		}
		return null === $name ? self::NO_NAME : new Payment( $order->get_id(), 0, Payment::RECEIVED, $amount, $order->get_currency( 'edit' ), $gateway, $transaction, $at, Payment::REPORTED, $name );
	}

	/**
	 * Reads the arguments of `ar_bridge_payment_taken_back`: whose order, which payment, when.
	 *
	 * @param mixed $order_id
	 * @param mixed $told
	 * @param int   $now Unix time.
	 * @return array{int, string, int}|string
	 */
	public static function taken_back( $order_id, $told, int $now ) {
		$order = self::order( $order_id );
		if ( null === $order ) {
			return self::NO_ORDER;
		}
		$told = is_array( $told ) ? $told : array();
		$name = self::name( $told );
		if ( null === $name ) {
			return self::NO_NAME;
		}
		$at = self::instant( $told['taken_back_at'] ?? $now );
		return null === $at || $at < self::EARLIEST || $at > $now + self::A_DAY ? 'taken_back_at is no instant, or it is in the future' : array( $order->get_id(), $name, $at );
	}

	/** @param mixed $order_id */
	private static function order( $order_id ): ?WC_Order {
		$order = is_numeric( $order_id ) ? wc_get_order( (int) $order_id ) : null;
		return $order instanceof WC_Order && 'shop_order' === $order->get_type() ? $order : null;
	}

	/**
	 * What a payment is known by: its reference, else its transaction with amount and time.
	 *
	 * @param array<mixed> $told
	 */
	private static function name( array $told ): ?string {
		$reference = self::text( $told['reference'] ?? '' );
		if ( null === $reference || '' !== $reference ) {
			return $reference;
		}
		$transaction = self::text( $told['transaction_id'] ?? '' ) ?? '';
		$amount      = self::amount( $told['amount'] ?? null );
		$at          = self::instant( $told['at'] ?? null );
		return '' === $transaction || null === $amount || null === $at ? null : 'transaction ' . hash( 'sha256', "$transaction $amount $at" );
	}

	/** @param mixed $told */
	private static function amount( $told ): ?string {
		$text = is_int( $told ) || is_float( $told ) ? (string) $told : $told;
		if ( ! is_string( $text ) || 1 !== preg_match( '/^\d{1,12}(\.\d{1,8})?$/D', $text ) || (float) $text <= 0 ) {
			return null;
		}
		return Payment::canonical( $text );
	}

	/** @param mixed $told */
	private static function instant( $told ): ?int {
		if ( is_int( $told ) || ( is_string( $told ) && ctype_digit( $told ) ) ) {
			return (int) $told;
		}
		if ( $told instanceof DateTimeInterface ) {
			return $told->getTimestamp();
		}
		// Without its zone a text would be read in whatever zone PHP is set to.
		if ( is_string( $told ) && 1 === preg_match( '/^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?\s?(Z|[+-]\d\d:?\d\d)$/D', $told ) ) {
			try {
				return ( new DateTimeImmutable( $told ) )->getTimestamp();
			} catch ( Throwable $not_a_date ) {
				return null;
			}
		}
		return null;
	}

	/** @param mixed $told */
	private static function text( $told ): ?string {
		return is_string( $told ) && mb_strlen( $told ) <= 190 ? trim( $told ) : null;
	}
}
