<?php

declare( strict_types=1 );

namespace ArBridge\Test;

use ArBridge\Clock;
use ArBridge\Outbox\PaymentTable;
use ArBridge\Schema\Database;
use ArBridge\Schema\Tables;
use DateTimeImmutable;
use WC_Order;

/** Payments that other plugins report: deposits, instalments, several per order. */
final class PaymentReportsTest extends StoreTestCase {

	private const PAID = 1_790_000_000;

	public function test_a_reported_payment_is_a_row_of_its_own_and_tells_the_order(): void {
		$order = $this->order();
		$this->report( $order );
		$this->assertSame( array( 'order:' . $order->get_id() ), $this->waiting() );
		$row = ( new PaymentTable( new Clock() ) )->ready( 10 )[0];
		unset( $row['id'] );
		$this->assertSame(
			array(
				'orderId'       => $order->get_id(),
				'kind'          => 'received',
				'amount'        => '20.00',
				'currency'      => 'USD',
				'gateway'       => 'stripe',
				'transactionId' => 'ch_1',
				'at'            => gmdate( 'Y-m-d\TH:i:s\Z', self::PAID ),
				'reported'      => true,
			),
			$row
		);
	}

	public function test_the_same_payment_told_again_in_other_words_is_one_row(): void {
		$order = $this->order();
		$this->report( $order );
		foreach ( array( 20, 20.0, '20', '20.0', '20.000' ) as $amount ) {
			$this->report( $order, array( 'amount' => $amount ) );
		}
		foreach ( array( (string) self::PAID, gmdate( 'Y-m-d\TH:i:s\Z', self::PAID ), gmdate( 'Y-m-d H:i:s', self::PAID + 7200 ) . ' +02:00', new DateTimeImmutable( '@' . self::PAID ) ) as $at ) {
			$this->report( $order, array( 'at' => $at ) );
		}
		$this->assertSame( array( 'received 20.00 USD' ), $this->payments( $order->get_id() ) );
	}

	public function test_another_transaction_amount_or_time_is_another_payment(): void {
		$order = $this->order();
		$this->report( $order );
		$this->report( $order, array( 'transaction_id' => 'ch_2' ) );
		$this->report( $order, array( 'amount' => '20.01' ) );
		$this->report( $order, array( 'at' => self::PAID + 1 ) );
		$this->assertSame( array( 'received 20.00 USD', 'received 20.00 USD', 'received 20.01 USD', 'received 20.00 USD' ), $this->payments( $order->get_id() ) );
	}

	public function test_a_reference_names_a_payment_whatever_else_is_corrected(): void {
		$order = $this->order();
		$this->report( $order, array( 'reference' => 'instalment 1' ) );
		$this->report( $order, array( 'reference' => 'instalment 1', 'at' => self::PAID + 60, 'transaction_id' => '' ) );
		$this->report( $order, array( 'reference' => 'instalment 2', 'transaction_id' => '' ) );
		$this->assertSame( array( 'received 20.00 USD', 'received 20.00 USD' ), $this->payments( $order->get_id() ) );
	}

	public function test_the_date_paid_that_comes_later_pays_the_rest(): void {
		$order = $this->order();
		$this->report( $order, array( 'at' => time() - 3600 ) );
		$this->report( $order, array( 'at' => time() - 1800, 'transaction_id' => 'ch_2', 'amount' => '12.50' ) );
		wc_get_order( $order->get_id() )->payment_complete( 'ch_3' );
		$this->assertSame( array( 'received 20.00 USD', 'received 12.50 USD', 'received 27.50 USD' ), $this->in_time( $order ) );
	}

	public function test_the_rest_leaves_refunds_out_and_is_never_below_zero(): void {
		$order = $this->order();
		$this->refund( $order, '15.00' );
		$this->report( $order, array( 'at' => time() - 3600 ) );
		wc_get_order( $order->get_id() )->payment_complete();
		$this->assertSame( array( 'received 20.00 USD', 'received 25.00 USD' ), $this->in_time( $order ) );

		$order = $this->order();
		$this->report( $order, array( 'at' => time() - 3600, 'amount' => '70.00' ) );
		$order->payment_complete();
		$this->assertSame( array( 'received 70.00 USD', 'received 0.00 USD' ), $this->in_time( $order ), 'the date is accounted for by a row over nothing' );
	}

	public function test_what_was_reported_for_the_time_before_date_paid_is_taken_out_of_its_row(): void {
		$order = $this->order();
		$order->payment_complete( 'ch_1' );
		$this->report( $order, array( 'at' => time() ) );
		$this->assertSame( array( 'received 60.00 USD', 'taken-back 60.00 USD', 'received 40.00 USD', 'received 20.00 USD' ), $this->by_source( $order ) );
		$this->report( $order, array( 'at' => time() - 5 * DAY_IN_SECONDS, 'transaction_id' => 'ch_0', 'amount' => '40.00' ) );
		$this->assertSame( 60.0, $this->standing( $order ), 'sixty were paid, however they were told' );
	}

	public function test_a_payment_after_date_paid_is_money_on_top(): void {
		$order = $this->order();
		$order->payment_complete( 'ch_1' );
		$this->report( $order, array( 'at' => time() + 3600, 'transaction_id' => 'ch_2' ) );
		$this->assertSame( 80.0, $this->standing( $order ) );
	}

	public function test_an_order_born_paid_leaves_room_for_what_is_reported_in_the_same_request(): void {
		$order = wc_create_order( array( 'status' => 'completed' ) );
		$this->assertInstanceOf( WC_Order::class, $order );
		$order->set_currency( 'USD' );
		$order->add_product( $this->product(), 3 );
		$order->calculate_totals();
		$this->report( $order, array( 'at' => time() ) );
		$this->assertEqualsCanonicalizing( array( 'received 20.00 USD', 'received 40.00 USD' ), $this->in_time( $order ), 'in either order: a second may pass in between' );
	}

	public function test_a_payment_taken_back_is_named_by_its_row_and_leaves_the_others_alone(): void {
		$order = $this->order();
		$this->report( $order );
		$this->report( $order, array( 'transaction_id' => 'ch_2' ) );
		$this->take_back( $order, array( 'transaction_id' => 'ch_2' ) );
		$this->take_back( $order, array( 'transaction_id' => 'ch_2' ) );
		$this->settle();
		$rows = ( new PaymentTable( new Clock() ) )->ready( 10 );
		$this->assertSame( array( 'received', 'received', 'taken-back' ), array_column( $rows, 'kind' ) );
		$this->assertSame( $rows[1]['id'], $rows[2]['takesBack'] );
		$this->assertArrayNotHasKey( 'takesBack', $rows[0] );
		$this->assertSame( array( true, true, true ), array_column( $rows, 'reported' ), 'no status of the order speaks of it' );
	}

	public function test_a_payment_is_taken_back_by_its_reference_alone_and_may_be_received_again(): void {
		$order = $this->order();
		$this->report( $order, array( 'reference' => 'instalment 1' ) );
		do_action( 'ar_bridge_payment_taken_back', $order->get_id(), array( 'reference' => 'instalment 1', 'taken_back_at' => self::PAID + 100 ) );
		$this->report( $order, array( 'reference' => 'instalment 1' ) );
		$this->assertSame( array( 'received 20.00 USD', 'taken-back 20.00 USD' ), $this->payments( $order->get_id() ), 'the old message came again' );
		$this->report( $order, array( 'reference' => 'instalment 1', 'at' => self::PAID + 200 ) );
		$this->assertSame( array( 'received 20.00 USD', 'taken-back 20.00 USD', 'received 20.00 USD' ), $this->payments( $order->get_id() ) );
	}

	public function test_date_paid_cleared_takes_back_its_own_row_only(): void {
		$order = $this->order();
		$this->report( $order, array( 'at' => time() - 3600 ) );
		$order = wc_get_order( $order->get_id() );
		$order->payment_complete();
		$order->set_date_paid( null );
		$order->save();
		$this->assertSame( 20.0, $this->standing( $order ) );
	}

	/** @dataProvider faulty_reports */
	public function test_a_report_that_cannot_be_read_changes_nothing_and_is_logged( array $change, string $why ): void {
		$order = $this->order();
		$logged = $this->logged( fn () => $this->report( $order, $change ) );
		$this->assertCount( 1, $logged );
		$this->assertStringContainsString( $why, $logged[0] );
		$this->assertStringContainsString( (string) $order->get_id(), $logged[0] );
		$this->assertSame( array(), $this->waiting() );
		$this->assertSame( array(), $this->payments( $order->get_id() ) );
	}

	/** @return array<string, array{array<string, mixed>, string}> */
	public function faulty_reports(): array {
		return array(
			'no amount'                    => array( array( 'amount' => null ), 'amount is no decimal' ),
			'an amount of zero'            => array( array( 'amount' => '0.00' ), 'amount is no decimal' ),
			'a negative amount'            => array( array( 'amount' => '-5.00' ), 'amount is no decimal' ),
			'an amount in words'           => array( array( 'amount' => '20 USD' ), 'amount is no decimal' ),
			'an amount with a comma'       => array( array( 'amount' => '20,00' ), 'amount is no decimal' ),
			'an amount beyond all reason'  => array( array( 'amount' => 1.0e25 ), 'amount is no decimal' ),
			'another currency'             => array( array( 'currency' => 'EUR' ), 'the order, USD' ),
			'no currency'                  => array( array( 'currency' => null ), 'the order, USD' ),
			'no time'                      => array( array( 'at' => null ), 'at is no Unix time' ),
			'a time without its zone'      => array( array( 'at' => '2026-11-23 10:00:00' ), 'at is no Unix time' ),
			'a time in words'              => array( array( 'at' => 'yesterday' ), 'at is no Unix time' ),
			'a time far in the future'     => array( array( 'at' => time() + 2 * DAY_IN_SECONDS ), 'at is no Unix time' ),
			'milliseconds'                 => array( array( 'at' => time() * 1000 ), 'at is no Unix time' ),
			'no gateway'                   => array( array( 'gateway' => null ), 'gateway' ),
			'a transaction id of an array' => array( array( 'transaction_id' => array( 'a' ) ), 'gateway and transaction_id' ),
			'nothing that names it'        => array( array( 'transaction_id' => '' ), 'has to name the payment' ),
			'a reference too long'         => array( array( 'reference' => str_repeat( 'x', 191 ) ), 'has to name the payment' ),
		);
	}

	public function test_a_payment_of_no_order_a_refund_or_nothing_at_all_is_logged(): void {
		$refund = $this->refund( $this->order( 'processing' ), '5.00' );
		$this->forget();
		$logged = $this->logged(
			static function () use ( $refund ): void {
				foreach ( array( 999_999, $refund->get_id(), 'x', null ) as $id ) {
					do_action( 'ar_bridge_payment_received', $id, array() );
					do_action( 'ar_bridge_payment_taken_back', $id );
				}
			}
		);
		$this->assertCount( 8, $logged );
		$this->assertStringContainsString( 'there is no such order', $logged[0] );
	}

	public function test_what_was_never_reported_cannot_be_taken_back(): void {
		$order = $this->order();
		$order->payment_complete( 'ch_1' );
		$this->assertStringContainsString( 'no such payment was reported', $this->logged( fn () => $this->take_back( $order ) )[0] );
		$this->assertSame( array( 'received 60.00 USD' ), $this->payments( $order->get_id() ) );
	}

	public function test_a_report_in_a_transaction_that_is_rolled_back_was_never_made(): void {
		$order = $this->order();
		Database::run( 'START TRANSACTION' );
		$this->report( $order );
		Database::run( 'ROLLBACK' );
		$this->assertSame( array(), $this->waiting() );
		$this->assertSame( array(), $this->payments( $order->get_id() ) );
		$this->report( $order );
		$this->assertSame( array( 'received 20.00 USD' ), $this->payments( $order->get_id() ) );
	}

	public function test_two_requests_that_report_two_payments_at_once_make_two_rows_and_the_same_one_makes_one(): void {
		$order   = $this->order();
		$running = array();
		foreach ( array( 'ch_1', 'ch_1', 'ch_2', 'ch_2' ) as $transaction ) {
			$running[] = self::$site->start( 'report.php', array( 'order' => $order->get_id(), 'transaction' => $transaction, 'readers' => 4 ) );
		}
		foreach ( $running as $request ) {
			$request->join();
			$this->assertStringContainsString( 'REPORTED', $request->output(), $request->errors() );
		}
		$this->assertSame( array( 'received 20.00 USD', 'received 20.00 USD' ), $this->payments( $order->get_id() ) );
	}

	/** @dataProvider deposit_plugins */
	public function test_the_parts_of_a_deposit_plugin_are_the_payments_and_the_order_s_own_date_is_none( string $class, string $type, string $meta ): void {
		require_once dirname( __DIR__ ) . '/support/PartOrders.php';
		$class = __NAMESPACE__ . '\\' . $class;
		$order = $this->order();
		$order->update_meta_data( $meta, 'yes' );
		$order->save();
		$deposit = $this->part( $class, $type, $order, '20.00' );
		$rest    = $this->part( $class, $type, $order, '40.00' );
		$this->assertSame( array(), $this->payments( $order->get_id() ), 'nothing is paid yet' );

		$deposit->payment_complete( 'ch_1' );
		wc_get_order( $order->get_id() )->payment_complete(); // These plugins do so after the deposit.
		$this->assertSame( array( 'received 0.00 USD', 'received 20.00 USD' ), $this->by_source( $order ) );
		$this->assertSame( array( 'order:' . $order->get_id() ), $this->waiting(), 'the part itself is no order of the shop' );

		$rest->payment_complete( 'ch_2' );
		$this->assertSame( 60.0, $this->standing( $order ) );

		$rest->set_date_paid( null );
		$rest->save();
		$rest->set_customer_note( 'x' );
		$rest->save();
		$this->assertSame( 20.0, $this->standing( $order ) );
	}

	/** @return array<string, array{string, string, string}> */
	public function deposit_plugins(): array {
		return array(
			'Acowebs'    => array( 'AcowebsPart', 'awcdp_payment', '_awcdp_deposits_order_has_deposit' ),
			'MagePeople' => array( 'MagePeoplePart', 'mepp_payment', '_mepp_order_has_deposit' ),
			'Webtomizer' => array( 'WebtomizerPart', 'wcdp_payment', '_wc_deposits_order_has_deposit' ),
		);
	}

	public function test_a_developer_can_say_that_all_payments_of_an_order_are_reported(): void {
		add_filter( 'ar_bridge_payments_are_reported', $yes = static fn ( bool $reported, WC_Order $order ): bool => $order->get_total() > 0, 10, 2 );
		$order = $this->order();
		$order->payment_complete( 'ch_1' );
		remove_filter( 'ar_bridge_payments_are_reported', $yes );
		$this->assertSame( array( 'received 0.00 USD' ), $this->payments( $order->get_id() ) );
	}

	public function test_the_table_of_the_first_version_is_brought_up_to_date_with_its_rows(): void {
		$table = Tables::payments();
		Database::run( 'DROP TABLE %i', $table );
		Database::run( "CREATE TABLE %i (id bigint(20) unsigned NOT NULL AUTO_INCREMENT, order_id bigint(20) unsigned NOT NULL, turn smallint(5) unsigned NOT NULL, kind varchar(16) NOT NULL, amount varchar(40) NOT NULL, currency varchar(8) NOT NULL, gateway varchar(190) NOT NULL, transaction_id varchar(190) NOT NULL, paid_at bigint(20) unsigned NOT NULL, recorded_at bigint(20) unsigned NOT NULL, acknowledged_at bigint(20) unsigned NOT NULL DEFAULT 0, PRIMARY KEY  (id), UNIQUE KEY order_turn (order_id,turn), KEY acknowledged_at (acknowledged_at))", $table );
		$order = $this->order();
		Database::run( "INSERT INTO %i (order_id, turn, kind, amount, currency, gateway, transaction_id, paid_at, recorded_at) VALUES (%d, 0, 'received', '60.00', 'USD', 'bacs', '', %d, 1)", $table, $order->get_id(), self::PAID );
		update_option( 'ar_bridge_schema', '1' );
		Tables::ensure();
		$this->report( $order, array( 'at' => self::PAID + DAY_IN_SECONDS ) );
		$this->assertSame( array( 'received 60.00 USD', 'received 20.00 USD' ), $this->in_time( $order ), 'both are the first of their kind' );
		$this->assertSame( Tables::VERSION, get_option( 'ar_bridge_schema' ) );
	}

	/** @param array<string, mixed> $change */
	private function report( WC_Order $order, array $change = array() ): void {
		do_action( 'ar_bridge_payment_received', $order->get_id(), $change + $this->told() );
	}

	/** @param array<string, mixed> $change */
	private function take_back( WC_Order $order, array $change = array() ): void {
		do_action( 'ar_bridge_payment_taken_back', $order->get_id(), $change + $this->told() );
	}

	/** @return array<string, mixed> */
	private function told(): array {
		return array(
			'amount'         => '20.00',
			'currency'       => 'USD',
			'gateway'        => 'stripe',
			'transaction_id' => 'ch_1',
			'at'             => self::PAID,
		);
	}

	/** @param class-string<WC_Order> $class */
	private function part( string $class, string $type, WC_Order $order, string $total ): WC_Order {
		if ( ! in_array( $type, wc_get_order_types(), true ) ) {
			wc_register_order_type( $type, array( 'public' => false, 'exclude_from_order_count' => true, 'exclude_from_order_views' => true, 'add_order_meta_boxes' => false, 'class_name' => $class ) );
		}
		$part = new $class();
		$part->set_parent_id( $order->get_id() );
		$part->set_currency( 'USD' );
		$part->set_payment_method( 'stripe' );
		$part->set_total( $total );
		$part->save();
		$this->forget();
		return $part;
	}

	/** What was received less what was taken back. */
	private function standing( WC_Order $order ): float {
		$this->settle();
		return round( array_sum( array_map( static fn ( array $row ): float => 'received' === $row[0] ? (float) $row[1] : -(float) $row[1], Database::rows( 'SELECT kind, amount FROM %i WHERE order_id = %d', Tables::payments(), $order->get_id() ) ) ), 2 );
	}

	/** @return list<string> */
	private function in_time( WC_Order $order ): array {
		$this->settle();
		return array_map( static fn ( array $row ): string => "$row[0] $row[1] $row[2]", Database::rows( 'SELECT kind, amount, currency FROM %i WHERE order_id = %d ORDER BY paid_at, id', Tables::payments(), $order->get_id() ) );
	}

	/** WooCommerce's own rows first. @return list<string> */
	private function by_source( WC_Order $order ): array {
		$this->settle();
		return array_map( static fn ( array $row ): string => "$row[0] $row[1] $row[2]", Database::rows( 'SELECT kind, amount, currency FROM %i WHERE order_id = %d ORDER BY source DESC, turn', Tables::payments(), $order->get_id() ) );
	}

	/**
	 * What our log gets while $act runs.
	 *
	 * @return list<string>
	 */
	private function logged( callable $act ): array {
		$logged = array();
		add_filter(
			'woocommerce_logger_log_message',
			$listen = static function ( $message, $level, $context ) use ( &$logged ) {
				if ( 'ar-bridge' === ( $context['source'] ?? '' ) && 'error' === $level ) {
					$logged[] = $message;
				}
				return $message;
			},
			10,
			3
		);
		$act();
		remove_filter( 'woocommerce_logger_log_message', $listen );
		return array_values( array_unique( $logged ) ); // Each of WooCommerce's log handlers asks the filter.
	}
}
