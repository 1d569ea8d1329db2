<?php

declare( strict_types=1 );

namespace ArBridge\Test;

use ArBridge\Clock;
use ArBridge\Events\PaymentWatch;
use ArBridge\Events\Recording;
use ArBridge\Events\TransactionWatch;
use ArBridge\Outbox\PaymentTable;
use ArBridge\Schema\Database;
use ArBridge\Schema\Tables;
use WC_Order;
use WP_REST_Request;

/** When a payment row is written, and with which amount. */
final class PaymentsTest extends StoreTestCase {

	public function test_payment_complete_is_received_once_with_the_gateway_and_its_transaction(): void {
		$order = $this->order();
		$order->payment_complete( 'txn-1' );
		$order->payment_complete( 'txn-2' );
		wc_get_order( $order->get_id() )->payment_complete( 'txn-3' );
		$this->assertSame( array( 'received 60.00 USD' ), $this->payments( $order->get_id() ) );
		$this->assertSame(
			array( array( 'bacs', 'txn-1', (string) wc_get_order( $order->get_id() )->get_date_paid()->getTimestamp() ) ),
			Database::rows( 'SELECT gateway, transaction_id, paid_at FROM %i', Tables::payments() )
		);
	}

	public function test_the_row_is_there_before_the_save_ends(): void {
		$order = $this->order();
		$seen  = null;
		add_action(
			'woocommerce_update_order',
			$look = function () use ( &$seen ): void {
				$seen ??= Database::rows( 'SELECT amount FROM %i', Tables::payments() );
			}
		);
		$order->payment_complete();
		remove_action( 'woocommerce_update_order', $look );
		$this->assertSame( array( array( '60.00' ) ), $seen );
	}

	public function test_a_payment_costs_one_write_more(): void {
		$order  = $this->order();
		$writes = $this->writes(
			function () use ( $order ): void {
				$order->payment_complete();
				$this->settle();
			}
		);
		$this->assertCount( 3, $writes, implode( "\n", $writes ) );
	}

	public function test_cash_on_delivery_is_paid_when_it_is_completed(): void {
		$order = $this->order();
		$order->set_payment_method( 'cod' );
		WC()->payment_gateways(); // The gateway must have been made: it hangs its rule about the paid status into a filter then.
		$order->update_status( 'processing' );
		$this->assertSame( array(), $this->payments( $order->get_id() ) );
		$order->update_status( 'completed' );
		$this->assertSame( array( 'received 60.00 USD' ), $this->payments( $order->get_id() ) );
	}

	public function test_a_status_set_by_hand_on_a_bank_transfer_is_a_payment(): void {
		$order = $this->order( 'on-hold' );
		$order->update_status( 'processing' );
		$this->assertSame( array( 'received 60.00 USD' ), $this->payments( $order->get_id() ) );
		$order->update_status( 'completed' );
		$order->update_status( 'processing' );
		$this->assertSame( array( 'received 60.00 USD' ), $this->payments( $order->get_id() ) );
	}

	public function test_rest_with_set_paid_is_received_with_the_final_total(): void {
		$this->assertSame( array( 'received 40.00 USD' ), $this->payments( $this->rest_order( array( 'set_paid' => true ) ) ) );
	}

	public function test_rest_born_in_a_paid_status_is_received_with_the_final_total(): void {
		$this->assertSame( array( 'received 40.00 USD' ), $this->payments( $this->rest_order( array( 'status' => 'processing' ) ) ) );
	}

	public function test_an_order_born_paid_by_code_is_received_with_the_total_it_has_in_the_end(): void {
		$order = wc_create_order( array( 'status' => 'completed' ) );
		$this->assertInstanceOf( WC_Order::class, $order );
		$this->assertNotNull( $order->get_date_paid(), 'the save that creates it sets the date, with a total of 0.00' );
		$order->add_product( $this->product(), 1 );
		$order->calculate_totals();
		$order->add_product( $this->product(), 2 );
		$order->calculate_totals();
		$this->assertSame( array( 'received 60.00 USD' ), $this->payments( $order->get_id() ) );
	}

	public function test_an_order_born_paid_and_cleared_in_one_request_was_never_paid(): void {
		$order = wc_create_order( array( 'status' => 'completed' ) );
		$order->set_date_paid( null );
		$order->save();
		$this->assertSame( array(), $this->payments( $order->get_id() ) );
	}

	public function test_an_order_born_paid_and_set_back_in_one_request_was_never_paid(): void {
		$order = wc_create_order( array( 'status' => 'completed' ) );
		$order->set_status( 'failed' );
		$order->save();
		$this->assertSame( array(), $this->payments( $order->get_id() ) );
	}

	public function test_the_amount_is_the_total_less_the_refunds_made_by_then(): void {
		$order = $this->order();
		$this->refund( $order, '12.50' );
		$order = wc_get_order( $order->get_id() );
		$this->assertSame( 12.5, (float) $order->get_total_refunded(), 'and WooCommerce caches this sum' );
		$this->refund( $order, '7.49' );
		wc_get_order( $order->get_id() )->payment_complete();
		$this->assertSame( array( 'received 40.01 USD' ), $this->payments( $order->get_id() ) );
	}

	public function test_a_refund_after_the_payment_leaves_the_row_alone(): void {
		$order = $this->order();
		$order->payment_complete();
		$this->refund( $order, '60.00' );
		$this->assertSame( array( 'received 60.00 USD' ), $this->payments( $order->get_id() ) );
	}

	public function test_a_total_that_moves_later_leaves_the_row_alone(): void {
		$order = $this->order();
		$order->payment_complete();
		$order = wc_get_order( $order->get_id() );
		$order->add_product( $this->product(), 1 );
		$order->calculate_totals();
		$this->assertSame( array( 'received 60.00 USD' ), $this->payments( $order->get_id() ) );
	}

	public function test_a_cleared_date_takes_the_payment_back_and_a_new_one_is_received_again(): void {
		$order = $this->order();
		$order->payment_complete();
		$paid = $order->get_date_paid();
		$order->set_date_paid( null );
		$order->save();
		$order->set_date_paid( null );
		$order->save();
		$this->assertSame( array( 'received 60.00 USD', 'taken-back 60.00 USD' ), $this->payments( $order->get_id() ) );
		$order->set_date_paid( $paid );
		$order->save();
		$this->assertSame( array( 'received 60.00 USD', 'taken-back 60.00 USD', 'received 60.00 USD' ), $this->payments( $order->get_id() ), 'even at the date of the first one' );
	}

	/** @dataProvider statuses_that_wait_for_payment */
	public function test_an_order_set_back_takes_the_payment_back_although_its_date_stands( string $status ): void {
		$order = $this->order();
		$order->payment_complete( 'txn-1' );
		$paid = $order->get_date_paid()->getTimestamp();
		wc_get_order( $order->get_id() )->update_status( $status );
		wc_get_order( $order->get_id() )->update_status( 'pending' );
		$this->assertSame( array( 'received 60.00 USD', 'taken-back 60.00 USD' ), $this->payments( $order->get_id() ) );
		$order = wc_get_order( $order->get_id() );
		$this->assertSame( $paid, $order->get_date_paid()->getTimestamp(), 'WooCommerce leaves the date where it was' );
		$order->add_product( $this->product(), 1 );
		$order->calculate_totals();
		wc_get_order( $order->get_id() )->payment_complete( 'txn-2' );
		$this->assertSame( $paid, wc_get_order( $order->get_id() )->get_date_paid()->getTimestamp(), 'and sets no other' );
		$this->assertSame( array( 'received 60.00 USD', 'taken-back 60.00 USD', 'received 80.00 USD' ), $this->payments( $order->get_id() ) );
		$this->assertSame( array( array( 'txn-2' ) ), Database::rows( 'SELECT transaction_id FROM %i WHERE turn = 2', Tables::payments() ) );
	}

	public function test_a_request_that_does_nothing_but_set_the_order_back_is_seen(): void {
		$order = $this->order();
		$order->payment_complete();
		$order->set_status( 'pending' );
		$request = new Recording( new Clock(), static fn () => null );
		$request->before_save( $order );
		$request->after_save( $order );
		$this->assertSame( array( 'received 60.00 USD', 'taken-back 60.00 USD' ), $this->payments( $order->get_id() ) );
	}

	/** @return array<string, array{string}> */
	public static function statuses_that_wait_for_payment(): array {
		return array(
			'pending' => array( 'pending' ),
			'failed'  => array( 'failed' ),
		);
	}

	public function test_a_paid_order_that_is_held_or_cancelled_keeps_its_payment(): void {
		$order = $this->order();
		$order->payment_complete();
		foreach ( array( 'on-hold', 'completed', 'cancelled', 'processing' ) as $status ) {
			wc_get_order( $order->get_id() )->update_status( $status );
		}
		$this->assertSame( array( 'received 60.00 USD' ), $this->payments( $order->get_id() ) );
	}

	public function test_an_order_set_back_is_not_paid_again_by_a_status_that_says_nothing_of_money(): void {
		$order = $this->order();
		$order->payment_complete();
		foreach ( array( 'pending', 'on-hold', 'cancelled' ) as $status ) {
			wc_get_order( $order->get_id() )->update_status( $status );
		}
		$this->assertSame( array( 'received 60.00 USD', 'taken-back 60.00 USD' ), $this->payments( $order->get_id() ) );
	}

	public function test_cash_on_delivery_set_back_is_paid_again_when_it_is_completed(): void {
		$order = $this->order();
		$order->set_payment_method( 'cod' );
		$order->set_date_paid( time() );
		$order->save();
		$order->update_status( 'failed' );
		$order->update_status( 'processing' );
		$this->assertSame( array( 'received 60.00 USD', 'taken-back 60.00 USD' ), $this->payments( $order->get_id() ) );
		$order->update_status( 'completed' );
		$this->assertSame( array( 'received 60.00 USD', 'taken-back 60.00 USD', 'received 60.00 USD' ), $this->payments( $order->get_id() ) );
	}

	public function test_an_order_older_than_the_plugin_is_set_back_and_paid_again(): void {
		$order = $this->order( 'processing' );
		Database::run( 'DELETE FROM %i', Tables::payments() );
		$order->update_status( 'pending' );
		$order->update_status( 'processing' );
		$this->assertSame( array( 'taken-back 60.00 USD', 'received 60.00 USD' ), $this->payments( $order->get_id() ) );
	}

	public function test_a_stale_object_that_pays_again_moments_later_is_the_same_payment(): void {
		$stale = $this->order();
		$fresh = wc_get_order( $stale->get_id() );
		$fresh->payment_complete( 'txn-1' );
		$stale->set_date_paid( time() + 90 );
		$stale->save();
		$this->assertSame( array( 'received 60.00 USD' ), $this->payments( $stale->get_id() ) );
	}

	public function test_a_date_moved_under_the_same_transaction_is_the_same_payment(): void {
		$order = $this->order();
		$order->payment_complete( 'txn-1' );
		$order->set_date_paid( time() - 5 * DAY_IN_SECONDS );
		$order->save();
		$this->assertSame( array( 'received 60.00 USD' ), $this->payments( $order->get_id() ) );
	}

	public function test_a_date_moved_under_another_transaction_replaces_the_payment(): void {
		$order = $this->order();
		$order->payment_complete( 'txn-1' );
		$order = wc_get_order( $order->get_id() );
		$order->add_product( $this->product(), 1 );
		$order->calculate_totals();
		$order->set_transaction_id( 'txn-2' );
		$order->set_date_paid( time() + 3600 );
		$order->save();
		$this->assertSame( array( 'received 60.00 USD', 'taken-back 60.00 USD', 'received 80.00 USD' ), $this->payments( $order->get_id() ) );
	}

	public function test_an_order_older_than_the_plugin_gets_no_row_by_being_saved(): void {
		$order = $this->order( 'processing' );
		Database::run( 'DELETE FROM %i', Tables::payments() );
		$order->set_customer_note( 'x' );
		$order->save();
		$this->assertSame( array(), $this->payments( $order->get_id() ) );
		$order->set_date_paid( null );
		$order->save();
		$this->assertSame( array( 'taken-back 60.00 USD' ), $this->payments( $order->get_id() ) );
		$order->set_date_paid( time() );
		$order->save();
		$this->assertSame( array( 'taken-back 60.00 USD', 'received 60.00 USD' ), $this->payments( $order->get_id() ) );
	}

	public function test_the_order_s_own_currency_and_its_decimals_are_kept(): void {
		$order = $this->order();
		$order->set_currency( 'KWD' );
		$order->set_total( '60.125' );
		$this->assertSame( '60.13', $order->get_total( 'edit' ), 'WooCommerce itself rounds a total to the decimals of the shop' );
		$order->payment_complete();
		$this->assertSame( array( 'received 60.13 KWD' ), $this->payments( $order->get_id() ) );
	}

	public function test_a_shop_without_decimals_pays_whole_amounts(): void {
		update_option( 'woocommerce_price_num_decimals', 0 );
		$order = $this->order();
		$order->set_currency( 'JPY' );
		$order->payment_complete();
		$rows = $this->payments( $order->get_id() );
		update_option( 'woocommerce_price_num_decimals', 2 );
		$this->assertSame( array( 'received 60 JPY' ), $rows );
	}

	public function test_an_import_of_paid_orders_does_not_hold_a_payment_for_longer_than_half_a_minute(): void {
		$clock  = fake_clock( time() );
		$watch  = new PaymentWatch( new PaymentTable( $clock ), new TransactionWatch(), $clock );
		$import = static function () use ( $watch ): WC_Order {
			$order = new WC_Order();
			$order->set_total( '9.00' );
			$order->set_date_paid( 1_700_000_000 );
			$watch->before_save( $order );
			$order->set_id( 900_000 + random_int( 1, 99_999 ) );
			$watch->after_save( $order );
			return $order;
		};
		$first = $import();
		$clock->now += 29;
		$import();
		$this->assertNull( ( new PaymentTable( $clock ) )->history( $first->get_id() )->last() );
		$clock->now += 2;
		$import();
		$this->assertSame( '9.00', ( new PaymentTable( $clock ) )->history( $first->get_id() )->last()->amount );
	}

	public function test_two_requests_that_complete_one_payment_make_one_row(): void {
		$order = $this->order();
		$id    = $order->get_id();
		$first = self::$site->start( 'pay.php', array( 'order' => $id, 'transaction' => 'txn-1' ) );
		$other = self::$site->start( 'pay.php', array( 'order' => $id, 'transaction' => 'txn-1' ) );
		$first->join();
		$other->join();
		$this->assertStringContainsString( 'PAID', $first->output(), $first->errors() );
		$this->assertStringContainsString( 'PAID', $other->output(), $other->errors() );
		$this->assertSame( array( 'received 60.00 USD' ), $this->payments( $id ) );
	}

	/** @param array<string, mixed> $more */
	private function rest_order( array $more ): int {
		wp_set_current_user( 1 );
		$request = new WP_REST_Request( 'POST', '/wc/v3/orders' );
		$request->set_body_params(
			$more + array(
				'payment_method' => 'bacs',
				'line_items'     => array(
					array(
						'product_id' => $this->product()->get_id(),
						'quantity'   => 2,
					),
				),
			)
		);
		$response = rest_do_request( $request );
		$this->assertSame( 201, $response->get_status() );
		$this->assertNotNull( $response->get_data()['date_paid'] );
		return $response->get_data()['id'];
	}
}
