<?php
/**
 * Must-use plugin of the proof's shop: what happens to orders after they were placed, and what the shop says of them then.
 */

declare( strict_types=1 );

defined( 'ABSPATH' ) || exit;

final class Proof_Acts {

	/**
	 * Carries out acts, in order.
	 *
	 * @param list<array<string, mixed>> $acts See Act in test/proof/wish.ts; each names its `order`.
	 * @return list<array{refused: ?string, money: list<array<string, mixed>>, facts: array<string, mixed>}> `refused`: WooCommerce's words.
	 *         `money`: what this act did to the order's payment, by its `date_paid` and its status before and after.
	 */
	public static function act( array $acts ): array {
		return array_map( array( self::class, 'act_one' ), $acts );
	}

	private static function act_one( array $act ): array {
		$id      = (int) $act['order'];
		$before  = self::money_of( $id );
		$refused = null;
		try {
			$order = wc_get_order( $id );
			if ( ! $order ) {
				throw new RuntimeException( 'The order is gone.' );
			}
			self::{ 'do_' . str_replace( '-', '_', $act['do'] ) }( $order, $act );
		} catch ( Throwable $error ) {
			$refused = $error->getMessage();
			if ( $error instanceof Error ) {
				$refused = 'fault: ' . $refused . ' at ' . basename( $error->getFile() ) . ':' . $error->getLine();
			}
		}
		return array(
			'refused' => $refused,
			'money'   => array_merge( self::moved( $before, self::money_of( $id ) ), null === $refused && 'pay-part' === $act['do'] ? array( array( 'kind' => 'reported', 'amount' => $act['amount'], 'at' => $act['at'] ?? time() ) ) : array() ),
			'facts'   => self::facts( $id ),
		);
	}

	/** @return ?array{paid: ?int, due: string, status: string, gateway: string} When it was paid, and the total less what was refunded by now; null when it is gone. */
	private static function money_of( int $id ): ?array {
		self::forget( $id );
		$order = wc_get_order( $id );
		if ( ! $order ) {
			return null;
		}
		$paid = $order->get_date_paid( 'edit' );
		return array(
			'paid' => $paid ? $paid->getTimestamp() : null,
			// WooCommerce's own sum: orders stored as posts keep refunds in the trash that none of its lists shows.
			'due'  => wc_format_decimal( (float) $order->get_total( 'edit' ) - (float) $order->get_total_refunded(), 8, true ),
			'status' => $order->get_status( 'edit' ),
			'gateway' => $order->get_payment_method( 'edit' ),
		);
	}

	private static function moved( ?array $before, ?array $after ): array {
		$moves = array();
		if ( null === $before || null === $after ) {
			return $moves; // Deleting an order moves no money.
		}
		if ( null !== $before['paid'] && $after['paid'] !== $before['paid'] ) {
			$moves[] = array( 'kind' => 'taken-back' );
		}
		if ( null !== $after['paid'] && $after['paid'] !== $before['paid'] ) {
			$moves[] = array( 'kind' => 'received', 'amount' => $before['due'], 'at' => $after['paid'] );
		}
		// WooCommerce sets the date once: the status alone says that the money came back, and came again.
		if ( null !== $after['paid'] && $after['paid'] === $before['paid'] && $after['status'] !== $before['status'] ) {
			if ( in_array( $after['status'], array( 'pending', 'failed' ), true ) ) {
				$moves[] = array( 'kind' => 'taken-back' );
			} elseif ( 'completed' === $after['status'] || ( 'processing' === $after['status'] && 'cod' !== $after['gateway'] ) ) {
				$moves[] = array( 'kind' => 'received-again', 'amount' => $before['due'], 'at' => time() );
			}
		}
		return $moves;
	}

	/** WooCommerce keeps objects and sums of an order for the length of a request; each act is a request of its own in a real shop. */
	private static function forget( int $id ): void {
		wp_cache_flush();
		clean_post_cache( $id );
	}

	/** @param list<int> $ids */
	public static function all_facts( array $ids ): array {
		return array_map( array( self::class, 'facts' ), $ids );
	}

	/** What the shop says of an order now; `gone` when it has none of that id. */
	public static function facts( int $id ): array {
		self::forget( $id );
		$order = wc_get_order( $id );
		if ( ! $order ) {
			return array( 'id' => $id, 'gone' => true );
		}
		$refunds = array();
		foreach ( self::refunds_of( $order ) as $refund ) {
			$refunds[] = array(
				'id'      => $refund->get_id(),
				'amount'  => (string) $refund->get_amount( 'edit' ),
				'at'      => $refund->get_date_created()->getTimestamp(),
				'pending' => 'pending' === $refund->get_meta( '_wcpay_refund_status' ),
			);
		}
		$items = array();
		foreach ( $order->get_items( array( 'line_item', 'fee', 'shipping' ) ) as $item ) {
			$items[] = array(
				'id'       => $item->get_id(),
				'type'     => $item->get_type(),
				'name'     => $item->get_name(),
				'quantity' => $item->get_quantity(),
				'total'    => (string) $item->get_total(),
				'taxes'    => (object) array_filter( array_map( 'strval', $item->get_taxes()['total'] ), 'strlen' ),
			);
		}
		$paid = $order->get_date_paid( 'edit' );
		$user = $order->get_customer_id() ? get_userdata( $order->get_customer_id() ) : false;
		return array(
			'id'        => $id,
			'gone'      => false,
			'status'    => $order->get_status( 'edit' ),
			'total'     => (string) $order->get_total( 'edit' ),
			'currency'  => $order->get_currency( 'edit' ),
			'placedAt'  => $order->get_date_created()->getTimestamp(),
			'paidAt'    => $paid ? $paid->getTimestamp() : null,
			'customer'  => $order->get_customer_id(),
			'role'      => $user ? (string) reset( $user->roles ) : '',
			'gateway'   => $order->get_payment_method( 'edit' ),
			'via'       => $order->get_created_via( 'edit' ),
			'country'   => $order->get_billing_country( 'edit' ),
			'test'      => 'yes' === $order->get_meta( '_proof_test_order' ),
			'vat'       => (string) $order->get_meta( '_billing_vat_number' ),
			'fee'       => (string) $order->get_meta( '_stripe_fee' ),
			'channel'   => (string) $order->get_meta( '_proof_channel' ),
			'tags'      => self::tags( $id ),
			'refunds'   => $refunds,
			'items'     => $items,
		);
	}

	/** @return list<array{slug: string, name: string}> */
	private static function tags( int $id ): array {
		return array_map(
			fn( $term ) => array(
				'slug' => $term->slug,
				// WordPress keeps names as HTML.
				'name' => html_entity_decode( $term->name, ENT_QUOTES ),
			),
			wp_get_object_terms( $id, 'order_tag' )
		);
	}

	// Payments.

	private static function do_pay( WC_Order $order, array $act ): void {
		if ( isset( $act['at'] ) ) {
			$order->set_date_paid( $act['at'] );
		}
		$order->set_transaction_id( (string) ( $act['transaction'] ?? 'T-' . $order->get_id() ) );
		$order->save();
		if ( ! $order->payment_complete() ) {
			throw new RuntimeException( 'The shop took no payment in status ' . $order->get_status() . '.' );
		}
	}

	/** The bank or the gateway took the money back: the date goes, and the status with it. */
	private static function do_unpay( WC_Order $order, array $act ): void {
		$order->set_date_paid( null );
		$order->set_status( $act['status'] ?? 'pending' );
		$order->save();
	}

	/** A deposit plugin: part of the total is there, WooCommerce's own date is not. It tells as readme.txt asks plugins to. */
	private static function do_pay_part( WC_Order $order, array $act ): void {
		$order->add_meta_data( '_proof_deposit', (string) $act['amount'] );
		$order->save();
		do_action(
			'ar_bridge_payment_received',
			$order->get_id(),
			array(
				'amount'    => (string) $act['amount'],
				'currency'  => $order->get_currency( 'edit' ),
				'gateway'   => $order->get_payment_method( 'edit' ),
				'at'        => $act['at'] ?? time(),
				'reference' => 'part ' . count( $order->get_meta( '_proof_deposit', false ) ),
			)
		);
	}

	// Statuses.

	private static function do_status( WC_Order $order, array $act ): void {
		self::set_status( $order, $act['status'], $act['at'] ?? 0 );
	}

	public static function set_status( WC_Order $order, string $status, int $paid_at = 0 ): void {
		if ( $paid_at > 0 && in_array( $status, array( 'processing', 'completed' ), true ) ) {
			$order->set_date_paid( $paid_at );
		}
		if ( 'refunded' === $status ) {
			$order->update_status( $status );
			return;
		}
		$order->set_status( $status );
		$order->save();
	}

	private static function do_trash( WC_Order $order ): void {
		$order->delete( false );
	}

	private static function do_untrash( WC_Order $order ): void {
		if ( 'trash' !== $order->get_status( 'edit' ) || ! $order->untrash() ) {
			throw new RuntimeException( 'It is not in the trash.' );
		}
	}

	/** Posts storage leaves refunds in the trash where their order left it by a new status: somebody takes them out by hand. */
	private static function do_untrash_refunds( WC_Order $order ): void {
		$found = self::refunds_in_trash( $order );
		if ( ! $found ) {
			throw new RuntimeException( 'No refund of the order is in the trash.' );
		}
		add_filter( 'wp_untrash_post_status', 'wp_untrash_post_set_previous_status', 10, 3 );
		array_map( 'wp_untrash_post', $found );
		// Trashed together with its order, a refund may have kept no status to go back to.
		foreach ( $found as $refund ) {
			if ( 'wc-completed' !== get_post_status( $refund ) ) {
				wp_update_post( array( 'ID' => $refund, 'post_status' => 'wc-completed' ) );
			}
		}
		remove_filter( 'wp_untrash_post_status', 'wp_untrash_post_set_previous_status' );
		$order->set_date_modified( time() );
		$order->save();
	}

	private static function do_delete( WC_Order $order ): void {
		$order->delete( true );
	}

	// Edits, as the order screen makes them: lines first, then "Recalculate".

	private static function do_quantity( WC_Order $order, array $act ): void {
		$item  = self::item( $order, $act, 'line_item' );
		$each  = (float) $item->get_subtotal() / max( 1e-9, (float) $item->get_quantity() );
		$share = (float) $item->get_subtotal() ? (float) $item->get_total() / (float) $item->get_subtotal() : 1.0;
		$item->set_quantity( $act['quantity'] );
		$item->set_subtotal( (string) wc_format_decimal( $each * $act['quantity'], wc_get_price_decimals() ) );
		$item->set_total( (string) wc_format_decimal( $each * $act['quantity'] * $share, wc_get_price_decimals() ) );
		self::recalculate( $order, $item );
	}

	private static function do_price( WC_Order $order, array $act ): void {
		$item  = self::item( $order, $act, 'line_item' );
		$total = wc_format_decimal( (float) $item->get_total() * $act['times'], wc_get_price_decimals() );
		$item->set_subtotal( (string) max( (float) $item->get_subtotal(), (float) $total ) );
		$item->set_total( (string) $total );
		self::recalculate( $order, $item );
	}

	private static function do_add_line( WC_Order $order, array $act ): void {
		Proof_Orders::add_line( $order, $act );
		self::recalculate( $order, null );
	}

	private static function do_add_fee( WC_Order $order, array $act ): void {
		Proof_Orders::add_fee( $order, $act );
		self::recalculate( $order, null );
	}

	private static function do_remove_line( WC_Order $order, array $act ): void {
		if ( count( $order->get_items( 'line_item' ) ) < 2 ) {
			throw new RuntimeException( 'The last line stays.' );
		}
		$order->remove_item( self::item( $order, $act, 'line_item' )->get_id() );
		self::recalculate( $order, null );
	}

	private static function do_shipping_cost( WC_Order $order, array $act ): void {
		$item = self::item( $order, $act, 'shipping' );
		$item->set_total( (string) $act['cost'] );
		self::recalculate( $order, $item );
	}

	private static function recalculate( WC_Order $order, ?WC_Order_Item $changed ): void {
		if ( $changed ) {
			$changed->save();
		}
		$order->save();
		$fresh = wc_get_order( $order->get_id() );
		$fresh->calculate_totals();
		if ( (float) $fresh->get_total( 'edit' ) < 0 ) {
			throw new RuntimeException( 'The total would be below zero.' );
		}
	}

	private static function do_address( WC_Order $order, array $act ): void {
		$order->set_billing_address_1( '7 Moved Away Lane' );
		$order->set_billing_last_name( (string) $act['lastName'] );
		$order->save();
	}

	private static function do_customer( WC_Order $order, array $act ): void {
		$order->set_customer_id( (int) $act['customer'] );
		$order->save();
	}

	private static function do_meta( WC_Order $order, array $act ): void {
		$order->update_meta_data( $act['key'], $act['value'] );
		$order->save();
	}

	// Terms of an order: neither its save nor its date tells of them.

	private static function do_tag( WC_Order $order, array $act ): void {
		wp_set_object_terms( $order->get_id(), array( $act['tag'] ), 'order_tag', true );
	}

	private static function do_untag( WC_Order $order ): void {
		wp_set_object_terms( $order->get_id(), array(), 'order_tag' );
	}

	/** The product of a line goes for good, where the catalogue has it doomed: the others are sold again. */
	private static function do_delete_product( WC_Order $order, array $act ): void {
		$product = self::item( $order, $act, 'line_item' )->get_product();
		if ( ! $product || ! str_starts_with( $product->get_sku(), 'DOOMED' ) ) {
			throw new RuntimeException( 'The product is gone already, or stays.' );
		}
		$product->delete( true );
	}

	// Refunds.

	private static function do_refund( WC_Order $order, array $act ): void {
		$left  = (float) $order->get_total( 'edit' ) - (float) $order->get_total_refunded();
		$lines = self::refund_lines( $order, $act );
		$sum   = 0.0;
		foreach ( $lines as $line ) {
			$sum += (float) $line['refund_total'] + array_sum( array_map( 'floatval', $line['refund_tax'] ) );
		}
		$amount = match ( $act['shape'] ) {
			'full', 'rest' => $left,
			'zero'         => 0.0,
			'amount'       => $left * $act['share'],
			'above'        => $sum * $act['share'],
			default        => $sum,
		};
		$refund = wc_create_refund(
			array(
				'order_id'       => $order->get_id(),
				'amount'         => wc_format_decimal( $amount, wc_get_price_decimals() ),
				'reason'         => (string) ( $act['reason'] ?? '' ),
				'line_items'     => $lines,
				'refund_payment' => (bool) ( $act['byGateway'] ?? false ),
				'restock_items'  => false,
			) + ( isset( $act['at'] ) ? array( 'date_created' => $act['at'] ) : array() )
		);
		if ( is_wp_error( $refund ) ) {
			throw new RuntimeException( $refund->get_error_message() );
		}
		if ( $act['pending'] ?? false ) {
			$refund->update_meta_data( '_wcpay_refund_status', 'pending' );
			$refund->save();
		}
	}

	/**
	 * What each shape of a refund takes back, by item: net and tax per rate. Empty where it names an amount only.
	 *
	 * @return array<int, array{qty: float|int, refund_total: string, refund_tax: array<int, string>}>
	 */
	private static function refund_lines( WC_Order $order, array $act ): array {
		switch ( $act['shape'] ) {
			case 'full':
				$lines = array();
				foreach ( $order->get_items( array( 'line_item', 'fee', 'shipping' ) ) as $item ) {
					$lines[ $item->get_id() ] = self::line_left( $order, $item );
				}
				return $lines;
			case 'quantity':
				$item = self::item( $order, $act, 'line_item' );
				$of   = (float) $item->get_quantity();
				$qty  = min( $of, (float) $act['quantity'] );
				return array( $item->get_id() => self::share_of( $item, $of > 0 ? $qty / $of : 1.0, $qty ) );
			case 'below':
				$item = self::item( $order, $act, 'line_item' );
				return array( $item->get_id() => self::share_of( $item, (float) $act['share'], 0 ) );
			case 'above':
				// The lines say more than the refund is over.
				$item = self::item( $order, $act, 'line_item' );
				return array( $item->get_id() => self::share_of( $item, 1.0, 0 ) );
			case 'beyond-line':
				// More than the line was sold for; WooCommerce looks at the order's total only.
				$item = self::item( $order, $act, 'line_item' );
				return array( $item->get_id() => self::share_of( $item, 1.0 + (float) $act['share'], 0 ) );
			case 'shipping':
			case 'fee':
				$item = self::item( $order, $act, $act['shape'] );
				return array( $item->get_id() => self::share_of( $item, (float) ( $act['share'] ?? 1.0 ), 0 ) );
			case 'tax':
				$item                 = self::item( $order, $act, 'line_item' );
				$line                 = self::share_of( $item, 1.0, 0 );
				$line['refund_total'] = '0';
				return array( $item->get_id() => $line );
			default:
				return array();
		}
	}

	private static function share_of( WC_Order_Item $item, float $share, float $quantity ): array {
		$decimals = wc_get_price_decimals();
		return array(
			'qty'          => $quantity,
			'refund_total' => (string) wc_format_decimal( (float) $item->get_total() * $share, $decimals ),
			'refund_tax'   => array_map( fn( $tax ) => (string) wc_format_decimal( (float) $tax * $share, $decimals ), $item->get_taxes()['total'] ),
		);
	}

	/** As the order screen fills in "refund everything". */
	private static function line_left( WC_Order $order, WC_Order_Item $item ): array {
		$type     = $item->get_type();
		$decimals = wc_get_price_decimals();
		$taxes    = array();
		foreach ( $item->get_taxes()['total'] as $rate => $tax ) {
			$taxes[ $rate ] = (string) wc_format_decimal( (float) $tax - (float) $order->get_tax_refunded_for_item( $item->get_id(), $rate, $type ), $decimals );
		}
		return array(
			'qty'          => 'line_item' === $type ? $item->get_quantity() + $order->get_qty_refunded_for_item( $item->get_id() ) : 0,
			'refund_total' => (string) wc_format_decimal( (float) $item->get_total() - (float) $order->get_total_refunded_for_item( $item->get_id(), $type ), $decimals ),
			'refund_tax'   => $taxes,
		);
	}

	/** Set to "refunded": WooCommerce makes a refund of the rest, without lines. */
	private static function do_refunded_status( WC_Order $order ): void {
		self::set_status( $order, 'refunded' );
	}

	private static function do_delete_refund( WC_Order $order, array $act ): void {
		self::nth_refund( $order, $act )->delete( true );
	}

	/** The gateway carried out what it had taken on. */
	private static function do_finish_refund( WC_Order $order, array $act ): void {
		$refund = self::nth_refund( $order, $act );
		$refund->update_meta_data( '_wcpay_refund_status', 'successful' );
		$refund->save();
	}

	/**
	 * By id. Of an order in the trash those as well that went there with it, which no list of the shop shows (posts storage).
	 *
	 * @return WC_Order_Refund[]
	 */
	private static function refunds_of( WC_Order $order ): array {
		$refunds = $order->get_refunds();
		if ( 'trash' === $order->get_status( 'edit' ) ) {
			$refunds = array_merge( $refunds, array_map( 'wc_get_order', self::refunds_in_trash( $order ) ) );
		}
		usort( $refunds, fn( $a, $b ) => $a->get_id() <=> $b->get_id() );
		return $refunds;
	}

	/** @return int[] */
	private static function refunds_in_trash( WC_Order $order ): array {
		return get_posts(
			array(
				'post_type'   => 'shop_order_refund',
				'post_parent' => $order->get_id(),
				'post_status' => 'trash',
				'numberposts' => -1,
				'fields'      => 'ids',
			)
		);
	}

	private static function nth_refund( WC_Order $order, array $act ): WC_Order_Refund {
		$refunds = self::refunds_of( $order );
		if ( ! $refunds ) {
			throw new RuntimeException( 'The order has no refund.' );
		}
		return $refunds[ (int) ( $act['which'] ?? 0 ) % count( $refunds ) ];
	}

	private static function item( WC_Order $order, array $act, string $type ): WC_Order_Item {
		$items = array_values( $order->get_items( $type ) );
		if ( ! $items ) {
			throw new RuntimeException( "The order has no $type." );
		}
		return $items[ (int) ( $act['which'] ?? 0 ) % count( $items ) ];
	}
}
