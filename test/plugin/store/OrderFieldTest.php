<?php

declare( strict_types=1 );

namespace ArBridge\Test;

use ArBridge\Rest\OrderField;
use WC_Order;

/**
 * What the REST API does not show of an order: items of other plugins' types, and tags. Items as WooCommerce Gift Cards (`gift_card`:
 * giftcard_id, code, amount) and PW Gift Cards (`pw_gift_card`: card_number, amount) write them, here without those plugins.
 */
final class OrderFieldTest extends StoreTestCase {

	protected function setUp(): void {
		parent::setUp();
		wp_set_current_user( 1 );
	}

	protected function tearDown(): void {
		unregister_taxonomy( 'order_tag' );
		unset( $GLOBALS['wp_rest_additional_fields']['shop_order'][ OrderField::NAME ] );
		parent::tearDown();
	}

	public function test_gift_cards_kept_as_items_are_told_without_their_codes(): void {
		$order = $this->order();
		$first = $this->item( $order, 'gift_card', array( 'giftcard_id' => '7', 'code' => 'ABCD-1234', 'amount' => '20', 'gift_card_debited' => 'yes' ) );
		$then  = $this->item( $order, 'pw_gift_card', array( 'card_number' => '8261', 'amount' => '5.5', '_pw_gift_card_debited' => '1' ) );
		$this->item( $this->order(), 'gift_card', array( 'amount' => '99' ) );
		$field = $this->field( $order );
		$this->assertSame(
			array(
				array( 'id' => $first, 'type' => 'gift_card', 'amounts' => array( array( 'key' => 'amount', 'value' => '20' ) ) ),
				array( 'id' => $then, 'type' => 'pw_gift_card', 'amounts' => array( array( 'key' => 'amount', 'value' => '5.5' ) ) ),
			),
			$field['items']
		);
		$this->assertDoesNotMatchRegularExpression( '/ABCD|8261/', (string) wp_json_encode( $field ) );
	}

	public function test_items_of_woocommerce_are_left_to_its_own_answer(): void {
		$this->assertSame( array( 'items' => array(), 'tags' => array() ), $this->field( $this->order() ) );
	}

	public function test_terms_of_a_taxonomy_for_orders_are_the_tags(): void {
		register_taxonomy( 'order_tag', 'shop_order' );
		$order = $this->order();
		wp_set_object_terms( $order->get_id(), array( 'Wholesale & trade' ), 'order_tag' );
		$this->assertSame( array( array( 'taxonomy' => 'order_tag', 'slug' => 'wholesale-trade', 'name' => 'Wholesale & trade' ) ), $this->field( $order )['tags'] );
	}

	public function test_only_a_request_that_names_the_field_gets_it(): void {
		$path = '/wc/v3/orders/' . $this->order()->get_id();
		foreach ( array( array( $path, array() ), array( $path, array( '_fields' => 'id,total' ) ), array( '/wc/v3/orders', array( '_fields' => 'id,ar_bridge' ) ) ) as list( $route, $query ) ) {
			$this->assertStringNotContainsString( OrderField::NAME, (string) wp_json_encode( $this->rest( 'GET', $route, null, $query )->get_data() ), $route );
		}
		$this->assertArrayHasKey( OrderField::NAME, $this->rest( 'GET', $path, null, array( '_fields' => array( 'id', OrderField::NAME ) ) )->get_data() );
	}

	public function test_who_may_not_read_the_order_reads_nothing(): void {
		$order = $this->order();
		foreach ( $this->users() as $role => $user ) {
			wp_set_current_user( $user );
			$may = in_array( $role, array( 'administrator', 'shop_manager' ), true );
			$this->assertSame( $may ? 200 : ( 0 === $user ? 401 : 403 ), $this->answer( $order )->get_status(), $role );
		}
	}

	public function test_it_cannot_be_written(): void {
		$order = $this->order();
		$this->rest( 'PUT', '/wc/v3/orders/' . $order->get_id(), array( 'ar_bridge' => array( 'items' => array( array( 'type' => 'gift_card' ) ) ) ), array( '_fields' => 'id,ar_bridge' ) );
		$this->assertSame( array(), $this->field( $order )['items'] );
	}

	public function test_tagging_an_order_is_news_and_tagging_anything_else_is_none(): void {
		register_taxonomy( 'order_tag', array( 'shop_order', 'product' ) );
		$order = $this->order();
		wp_set_object_terms( $this->product()->get_id(), array( 'Wholesale' ), 'order_tag' );
		wp_set_object_terms( $this->product()->get_id(), array( 'Coffee' ), 'product_tag' );
		$this->assertSame( array(), $this->waiting() );
		wp_set_object_terms( $order->get_id(), array( 'Wholesale' ), 'order_tag' );
		$this->assertSame( array( 'order:' . $order->get_id() ), $this->waiting() );
		$this->forget();
		wp_remove_object_terms( $order->get_id(), array( 'Wholesale' ), 'order_tag' );
		$this->assertSame( array( 'order:' . $order->get_id() ), $this->waiting() );
	}

	/** @return array<string, mixed> */
	private function field( WC_Order $order ): array {
		$data = $this->answer( $order )->get_data();
		$this->assertSame( $order->get_id(), $data['id'] );
		return $data[ OrderField::NAME ];
	}

	private function answer( WC_Order $order ): \WP_REST_Response {
		return $this->rest( 'GET', '/wc/v3/orders/' . $order->get_id(), null, array( '_fields' => 'id,ar_bridge' ) );
	}

	/** @param array<string, string> $meta */
	private function item( WC_Order $order, string $type, array $meta ): int {
		$id = (int) wc_add_order_item( $order->get_id(), array( 'order_item_name' => 'card', 'order_item_type' => $type ) );
		foreach ( $meta as $key => $value ) {
			wc_add_order_item_meta( $id, $key, $value );
		}
		return $id;
	}
}
