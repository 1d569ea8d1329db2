<?php

declare( strict_types=1 );

namespace ArBridge\Test;

use ArBridge\Events\OrderHooks;
use WC_Customer;
use WC_Order;
use WC_Order_Item_Fee;
use WC_Order_Item_Product;
use WC_Payment_Gateway;
use WP_Error;
use WP_REST_Request;

/** Which acts in the shop put an order or a customer into the outbox, and which do not. On both order storages. */
final class OrderEventsTest extends StoreTestCase {

	public function test_an_order_saved_by_code_waits_once_its_request_is_over(): void {
		$order = $this->order();
		$order->set_billing_company( 'Harbor Supplies' );
		$order->save();
		$this->assertSame( self::row( $order ), $this->marked() );
		$this->assertSame( array(), $this->handed_out(), 'its request goes on' );
		$this->assertSame( self::row( $order ), $this->waiting() );
	}

	public function test_one_order_costs_two_writes_however_often_it_is_saved(): void {
		$order  = $this->order();
		$writes = $this->writes(
			function () use ( $order ): void {
				for ( $times = 0; $times < 12; ++$times ) {
					$order->set_customer_note( "change $times" );
					$order->save();
				}
				$order->update_status( 'on-hold' );
				$this->settle();
			}
		);
		$this->assertCount( 2, $writes, implode( "\n", $writes ) );
	}

	public function test_an_order_with_a_new_account_costs_two_writes_too(): void {
		$writes = $this->writes(
			function (): void {
				$user  = wc_create_new_customer( 'new-' . wp_generate_password( 6, false ) . '@example.com', '', 'a long password' );
				$order = new WC_Order();
				$order->set_customer_id( $user );
				$order->set_status( 'pending' );
				$order->save();
				$this->settle();
			}
		);
		$this->assertCount( 2, $writes, implode( "\n", $writes ) );
		$this->assertCount( 2, $this->waiting() );
	}

	public function test_n_orders_cost_n_plus_one_writes(): void {
		$orders = array( $this->order(), $this->order(), $this->order() );
		$writes = $this->writes(
			function () use ( $orders ): void {
				foreach ( $orders as $order ) {
					$order->update_status( 'on-hold' );
				}
				$this->settle();
			}
		);
		$this->assertCount( 4, $writes, implode( "\n", $writes ) );
		$this->assertCount( 3, $this->waiting() );
	}

	public function test_a_request_that_changes_nothing_does_nothing(): void {
		$order = $this->order();
		$this->assertSame(
			array(),
			$this->writes(
				function () use ( $order ): void {
					wc_get_order( $order->get_id() )->get_items();
					$this->settle();
				}
			)
		);
	}

	public function test_an_order_made_over_rest_waits(): void {
		wp_set_current_user( 1 );
		$request = new WP_REST_Request( 'POST', '/wc/v3/orders' );
		$request->set_body_params(
			array(
				'payment_method' => 'bacs',
				'set_paid'       => true,
				'line_items'     => array(
					array(
						'product_id' => $this->product()->get_id(),
						'quantity'   => 2,
					),
				),
			)
		);
		$response = rest_do_request( $request );
		$this->assertSame( 201, $response->get_status(), (string) wp_json_encode( $response->get_data() ) );
		$this->assertContains( 'order:' . $response->get_data()['id'], $this->waiting() );
	}

	public function test_an_order_typed_in_wp_admin_waits_when_it_leaves_auto_draft(): void {
		// The screen opens with an auto-draft, its lines are saved into it by AJAX, and the button gives it a status.
		$order = new WC_Order();
		$order->set_status( 'auto-draft' );
		$order->save();
		$this->assertSame( array(), $this->waiting() );
		$order = wc_get_order( $order->get_id() );
		$order->add_product( $this->product(), 1 );
		$order->calculate_totals();
		$order->save();
		$this->assertSame( array(), $this->waiting() );
		$order->set_status( 'processing' );
		$order->save();
		$this->assertSame( self::row( $order ), $this->waiting() );
	}

	public function test_an_unfinished_block_checkout_is_ignored_from_opening_to_clean_up(): void {
		$order = new WC_Order();
		$order->set_status( 'checkout-draft' );
		$order->save();
		$order->add_product( $this->product(), 1 );
		$order->calculate_totals();
		foreach ( range( 1, 5 ) as $times ) {
			$order->set_billing_email( "visitor$times@example.com" );
			$order->save();
		}
		$order->remove_order_items();
		$order->save();
		foreach ( wc_get_order( $order->get_id() )->get_items() as $item ) {
			$item->save();
		}
		$this->assertSame( array(), $this->marked() );
		$this->assertSame( array(), $this->waiting() );
		wc_get_order( $order->get_id() )->delete( true );
		$this->assertSame( array(), $this->waiting(), 'WooCommerce deletes drafts after a day' );
	}

	public function test_a_draft_that_becomes_an_order_waits(): void {
		$order = new WC_Order();
		$order->set_status( 'checkout-draft' );
		$order->save();
		$this->settle();
		$order = wc_get_order( $order->get_id() );
		$order->set_status( 'pending' );
		$order->save();
		$this->assertSame( self::row( $order ), $this->waiting() );
	}

	public function test_a_draft_that_another_plugin_turns_into_an_order_within_its_save_waits(): void {
		$order = new WC_Order();
		$order->set_status( 'checkout-draft' );
		$order->save();
		$this->settle();
		$order = wc_get_order( $order->get_id() );
		$turn  = static fn ( WC_Order $saved ) => $saved->set_status( 'on-hold' );
		add_action( 'woocommerce_before_order_object_save', $turn );
		$order->set_customer_note( 'x' );
		$order->save();
		remove_action( 'woocommerce_before_order_object_save', $turn );
		$this->assertSame( self::row( $order ), $this->waiting() );
	}

	public function test_an_order_turned_back_into_a_draft_is_news(): void {
		$order = $this->order( 'processing' );
		$order->set_status( 'checkout-draft' );
		$order->save();
		$this->assertSame( self::row( $order ), $this->waiting() );
	}

	/** @dataProvider statuses */
	public function test_a_new_status_waits( string $from, string $to ): void {
		$order = $this->order( $from );
		$order->update_status( $to );
		$this->assertSame( self::row( $order ), $this->waiting() );
	}

	/** @return list<array{string, string}> */
	public function statuses(): array {
		return array( array( 'pending', 'processing' ), array( 'pending', 'failed' ), array( 'on-hold', 'completed' ), array( 'processing', 'cancelled' ), array( 'completed', 'processing' ) );
	}

	public function test_a_refund_in_part_tells_its_order(): void {
		$order = $this->order( 'processing' );
		$this->refund( $order, '10.00' );
		$this->assertSame( self::row( $order ), $this->waiting() );
	}

	public function test_a_refund_in_full_tells_its_order(): void {
		$order = $this->order( 'processing' );
		$this->refund( $order, '60.00' );
		$this->assertSame( self::row( $order ), $this->waiting() );
		$this->assertSame( 'refunded', wc_get_order( $order->get_id() )->get_status() );
	}

	public function test_a_status_of_refunded_which_makes_a_refund_tells_its_order(): void {
		$order = $this->order( 'processing' );
		$order->update_status( 'refunded' );
		$this->assertCount( 1, wc_get_order( $order->get_id() )->get_refunds() );
		$this->assertSame( self::row( $order ), $this->waiting() );
	}

	public function test_a_deleted_refund_tells_its_order_though_no_date_moves(): void {
		$order  = $this->order( 'processing' );
		$refund = $this->refund( $order, '10.00' );
		$this->forget();
		$refund->delete( true );
		$this->assertSame( self::row( $order ), $this->waiting() );
	}

	public function test_a_refund_that_the_gateway_refuses_leaves_no_refund_and_harms_nothing(): void {
		$gateway = new class() extends WC_Payment_Gateway {
			public function __construct() {
				$this->id       = 'refuses';
				$this->enabled  = 'yes';
				$this->supports = array( 'products', 'refunds' );
			}
			public function process_refund( $order_id, $amount = null, $reason = '' ) {
				return new WP_Error( 'refused', 'The bank said no.' );
			}
		};
		$add = static fn ( array $gateways ): array => array( ...$gateways, $gateway );
		add_filter( 'woocommerce_payment_gateways', $add );
		WC()->payment_gateways()->init();
		$order = $this->order();
		$order->set_payment_method( 'refuses' );
		$order->set_status( 'processing' );
		$order->save();
		$this->forget();
		$refund = wc_create_refund(
			array(
				'order_id'       => $order->get_id(),
				'amount'         => '10.00',
				'refund_payment' => true,
			)
		);
		remove_filter( 'woocommerce_payment_gateways', $add );
		WC()->payment_gateways()->init();
		$this->assertInstanceOf( WP_Error::class, $refund );
		$this->assertSame( array(), wc_get_order( $order->get_id() )->get_refunds() );
		$this->assertSame( self::row( $order ), $this->waiting(), 'a hint: the sidecar will read an order without refund' );
	}

	public function test_the_bin_and_back_tells_each_time(): void {
		$order = $this->order( 'processing' );
		$id    = $order->get_id();
		$order->delete( false );
		$this->assertSame( array( "order:$id" ), $this->waiting() );
		$this->forget();
		if ( 'hpos' === ShopSite::storage() ) {
			$trashed = wc_get_order( $id );
			$trashed->get_data_store()->untrash_order( $trashed );
		} else {
			wp_untrash_post( $id );
		}
		$this->assertSame( array( "order:$id" ), $this->waiting() );
		$this->assertNotSame( 'trash', wc_get_order( $id )->get_status() );
	}

	public function test_an_order_brought_back_from_the_bin_by_a_status_tells(): void {
		$order = $this->order( 'processing' );
		$id    = $order->get_id();
		$order->delete( false );
		$this->forget();
		$order = wc_get_order( $id );
		$order->set_status( 'processing' );
		$order->save();
		$this->assertSame( self::row( $order ), $this->waiting() );
	}

	public function test_an_order_deleted_for_good_tells(): void {
		$order = $this->order( 'processing' );
		$this->refund( $order, '10.00' );
		$this->forget();
		$id = $order->get_id();
		$order->delete( true );
		$this->assertSame( array( "order:$id" ), $this->waiting() );
		$this->assertFalse( wc_get_order( $id ) );
	}

	public function test_a_line_saved_without_its_order_tells(): void {
		$order = $this->order( 'processing' );
		foreach ( $order->get_items() as $item ) {
			$item->set_name( 'House espresso, ground' );
			$item->save();
		}
		$this->assertSame( self::row( $order ), $this->waiting() );
	}

	public function test_a_line_changed_by_the_old_function_tells(): void {
		$order = $this->order( 'processing' );
		wc_update_order_item( array_key_first( $order->get_items() ), array( 'order_item_name' => 'Espresso' ) );
		$this->assertSame( self::row( $order ), $this->waiting() );
	}

	public function test_a_line_deleted_without_its_order_tells(): void {
		$order = $this->order( 'processing' );
		wc_delete_order_item( array_key_first( $order->get_items() ) );
		$this->assertSame( self::row( $order ), $this->waiting() );
	}

	public function test_a_line_added_without_its_order_tells(): void {
		$order = $this->order( 'processing' );
		$fee   = new WC_Order_Item_Fee();
		$fee->set_name( 'Gift wrapping' );
		$fee->set_total( '3' );
		$fee->set_order_id( $order->get_id() );
		$fee->save();
		$this->assertSame( self::row( $order ), $this->waiting() );
	}

	public function test_meta_saved_alone_tells_where_the_storage_tells(): void {
		$order = $this->order( 'processing' );
		$order->set_date_modified( time() - 5 ); // Within the same second WooCommerce does not save the order for its meta.
		$order->save();
		$this->forget();
		$order->update_meta_data( 'po_number', '4711' );
		$order->save_meta_data();
		// On posts storage no hook fires; the poll does not see it either. Contract 1.5.
		$this->assertSame( 'hpos' === ShopSite::storage() ? self::row( $order ) : array(), $this->waiting() );
	}

	public function test_a_note_is_no_change(): void {
		$order = $this->order( 'processing' );
		$order->add_order_note( 'Called the customer.' );
		$this->assertSame( array(), $this->waiting() );
	}

	public function test_a_post_written_past_woocommerce_tells_on_posts_storage(): void {
		if ( 'posts' !== ShopSite::storage() ) {
			$this->markTestSkipped( 'Order tables have no posts to write to: runs with AR_BRIDGE_TEST_STORAGE=posts.' );
		}
		$order = $this->order( 'pending' );
		wp_update_post(
			array(
				'ID'          => $order->get_id(),
				'post_status' => 'wc-completed',
			)
		);
		$this->assertSame( self::row( $order ), $this->waiting() );
	}

	public function test_a_hook_fired_by_another_plugin_with_a_mere_id_as_text_counts(): void {
		$order = $this->order( 'processing' );
		do_action( 'woocommerce_update_order', (string) $order->get_id() );
		$this->assertSame( self::row( $order ), $this->waiting() );
	}

	public function test_nonsense_from_other_plugins_breaks_nothing(): void {
		$asked = 0;
		foreach ( $GLOBALS['wp_filter'] as $hook ) {
			foreach ( $hook->callbacks[ OrderHooks::FIRST ] ?? array() as $callback ) {
				foreach ( array( null, 'x', array(), 0, -3, new \stdClass() ) as $nonsense ) {
					( $callback['function'] )( $nonsense );
					( $callback['function'] )( ...array_fill( 0, $callback['accepted_args'], $nonsense ) );
					++$asked;
				}
			}
		}
		$this->assertGreaterThan( 100, $asked );
		$this->assertSame( array(), $this->waiting() );
	}

	public function test_a_registered_customer_tells_at_registration_and_at_each_change(): void {
		$id = wc_create_new_customer( 'grace-' . wp_generate_password( 6, false ) . '@example.com', '', 'a long password' );
		$this->assertSame( array( "customer:$id" ), $this->waiting() );
		$this->forget();
		$customer = new WC_Customer( $id );
		$customer->set_billing_city( 'Oakland' );
		$customer->save();
		$this->assertSame( array( "customer:$id" ), $this->waiting() );
		$this->forget();
		wp_update_user(
			array(
				'ID'         => $id,
				'user_email' => "changed-$id@example.com",
			)
		);
		$this->assertSame( array( "customer:$id" ), $this->waiting() );
		$this->forget();
		require_once ABSPATH . 'wp-admin/includes/user.php';
		wp_delete_user( $id );
		$this->assertSame( array( "customer:$id" ), $this->waiting() );
	}

	public function test_a_line_of_an_order_saved_in_the_middle_of_another_save_is_not_lost(): void {
		$outer = $this->order( 'processing' );
		$inner = $this->order( 'processing' );
		$line  = current( $inner->get_items() );
		$this->assertInstanceOf( WC_Order_Item_Product::class, $line );
		$act = static function () use ( $line ): void {
			$line->set_quantity( 9 );
			$line->save();
		};
		add_action( 'woocommerce_update_order', $act );
		$outer->set_customer_note( 'x' );
		$outer->save();
		remove_action( 'woocommerce_update_order', $act );
		$this->assertSame( array( 'order:' . $outer->get_id(), 'order:' . $inner->get_id() ), $this->waiting() );
	}

	/** @return list<string> */
	private static function row( WC_Order $order ): array {
		return array( 'order:' . $order->get_id() );
	}
}
