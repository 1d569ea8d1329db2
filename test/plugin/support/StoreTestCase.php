<?php

declare( strict_types=1 );

namespace ArBridge\Test;

use ArBridge\Schema\Database;
use ArBridge\Schema\Tables;
use PHPUnit\Framework\TestCase;
use WC_Order;
use WC_Order_Refund;
use WC_Product;

/** A test inside the throw-away shop. Each one begins with empty tables of ours. */
abstract class StoreTestCase extends TestCase {

	public static ?ShopSite $site   = null;
	public static ?string $why_not = null;

	public static function setUpBeforeClass(): void {
		if ( null === self::$site ) {
			self::markTestSkipped( 'The store cannot be had: ' . self::$why_not );
		}
	}

	protected function setUp(): void {
		$this->settle();
		foreach ( array( Tables::outbox(), Tables::payments(), Tables::request_ids() ) as $table ) {
			Database::run( 'DELETE FROM %i', $table );
		}
		wp_cache_flush();
		wp_set_current_user( 0 );
	}

	protected function tearDown(): void {
		$this->assertSame( '', self::$site->complaints(), 'the debug log holds complaints' );
	}

	/** Ends the record of what this process changed, as the end of a request does. */
	protected function settle(): void {
		do_action( 'ar_bridge_settle' );
	}

	/**
	 * What waits, settled, as `order:7`.
	 *
	 * @return list<string>
	 */
	protected function waiting(): array {
		$this->settle();
		return $this->handed_out();
	}

	/**
	 * What would be handed out at this moment, in the middle of the request.
	 *
	 * @return list<string>
	 */
	protected function handed_out(): array {
		return array_map( static fn ( array $row ): string => "$row[0]:$row[1]", Database::rows( 'SELECT kind, object_id FROM %i WHERE pending_until <= %d ORDER BY kind, object_id', Tables::outbox(), time() ) );
	}

	/**
	 * What the outbox holds, pending or not.
	 *
	 * @return list<string>
	 */
	protected function marked(): array {
		return array_map( static fn ( array $row ): string => "$row[0]:$row[1]", Database::rows( 'SELECT kind, object_id FROM %i ORDER BY kind, object_id', Tables::outbox() ) );
	}

	/**
	 * The payment rows of an order, as `received 60.00 USD`.
	 *
	 * @return list<string>
	 */
	protected function payments( int $order_id ): array {
		$this->settle();
		return array_map( static fn ( array $row ): string => "$row[0] $row[1] $row[2]", Database::rows( 'SELECT kind, amount, currency FROM %i WHERE order_id = %d ORDER BY turn', Tables::payments(), $order_id ) );
	}

	/**
	 * The statements on our tables that change something, while $act runs.
	 *
	 * @return list<string>
	 */
	protected function writes( callable $act ): array {
		$writes = array();
		$watch  = static function ( $query ) use ( &$writes ) {
			if ( 1 === preg_match( '/^(INSERT|UPDATE|DELETE|REPLACE)\b.*ar_bridge_/s', $query ) ) {
				$writes[] = $query;
			}
			return $query;
		};
		add_filter( 'query', $watch );
		$act();
		remove_filter( 'query', $watch );
		return $writes;
	}

	protected function product(): WC_Product {
		$product = wc_get_product( wc_get_product_id_by_sku( 'ESP-1' ) );
		$this->assertInstanceOf( WC_Product::class, $product );
		return $product;
	}

	/** An order over 60.00, made in a request that is over and told. */
	protected function order( string $status = 'pending' ): WC_Order {
		$order = new WC_Order();
		$order->set_payment_method( 'bacs' );
		$order->set_billing_email( 'ada@example.com' );
		$order->add_product( $this->product(), 3 );
		$order->calculate_totals();
		$order->set_status( $status );
		$order->save();
		$this->forget();
		return wc_get_order( $order->get_id() );
	}

	/** An amount-only refund, recorded without asking a gateway. */
	protected function refund( WC_Order $order, string $amount ): WC_Order_Refund {
		$refund = wc_create_refund(
			array(
				'order_id' => $order->get_id(),
				'amount'   => $amount,
			)
		);
		$this->assertInstanceOf( WC_Order_Refund::class, $refund );
		return $refund;
	}

	/** Ends the request and empties the outbox, as if the sidecar had taken all. */
	protected function forget(): void {
		$this->settle();
		Database::run( 'DELETE FROM %i', Tables::outbox() );
	}
}
