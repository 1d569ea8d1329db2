<?php

declare( strict_types=1 );

namespace ArBridge\Rest;

use ArBridge\Schema\Database;
use WP_Error;
use WP_REST_Request;

defined( 'ABSPATH' ) || exit;

/**
 * The field `ar_bridge` of an order in WooCommerce's REST API: what belongs to the order and the API does not show. It is read-only, is
 * made only for a request of one order that names it (`_fields=ar_bridge`), and whoever may read the order may read it.
 *
 *     { "items": [ { "id": 12, "type": "gift_card", "amounts": [ { "key": "amount", "value": "20.00" } ] } ],
 *       "tags": [ { "taxonomy": "order_tag", "slug": "wholesale", "name": "Wholesale" } ] }
 *
 * items  Order items of types that other plugins made, with the amounts among their meta. Both storages keep order items in the same two
 *        tables, which are read without the other plugin: it may be switched off by now. A card's code or number is money and stays here.
 * tags   Terms of the taxonomies that are registered for orders; WooCommerce has none of its own. Absent where they cannot be read.
 */
final class OrderField {

	public const NAME = 'ar_bridge';

	private const TYPE  = 'shop_order';
	private const SHOWN = array( 'line_item', 'shipping', 'fee', 'tax', 'coupon' );

	/** @param WP_REST_Request<array<mixed>> $request */
	public static function is_asked_for( WP_REST_Request $request ): bool {
		if ( 1 !== preg_match( '#^/wc/v\d/orders/\d+$#', $request->get_route() ) ) {
			return false;
		}
		$fields = $request->get_param( '_fields' );
		return ( is_string( $fields ) || is_array( $fields ) ) && in_array( self::NAME, wp_parse_list( $fields ), true );
	}

	public static function register(): void {
		register_rest_field( self::TYPE, self::NAME, array( 'get_callback' => array( self::class, 'read' ) ) );
	}

	/**
	 * @param mixed $order As WooCommerce's controller has prepared it.
	 * @return array<string, mixed>
	 */
	public static function read( $order ): array {
		$id   = is_array( $order ) && is_numeric( $order['id'] ?? null ) ? (int) $order['id'] : 0;
		$tags = self::tags( $id );
		return array( 'items' => self::items( $id ) ) + ( null === $tags ? array() : array( 'tags' => $tags ) );
	}

	/** @return list<array{id: int, type: string, amounts: list<array{key: string, value: string}>}> */
	private static function items( int $order_id ): array {
		$wpdb = Database::wpdb();
		$rows = Database::rows(
			'SELECT i.order_item_id, i.order_item_type, m.meta_key, m.meta_value FROM %i i LEFT JOIN %i m ON m.order_item_id = i.order_item_id
			WHERE i.order_id = %d AND i.order_item_type NOT IN ( ' . Database::repeat( '%s', count( self::SHOWN ) ) . ' ) ORDER BY i.order_item_id, m.meta_id',
			"{$wpdb->prefix}woocommerce_order_items",
			"{$wpdb->prefix}woocommerce_order_itemmeta",
			$order_id,
			...self::SHOWN
		);

		$items = array();
		foreach ( $rows as list( $id, $type, $key, $value ) ) {
			$items[ $id ] ??= array(
				'id'      => (int) $id,
				'type'    => $type,
				'amounts' => array(),
			);
			if ( 1 === preg_match( '/amount|total/i', $key ) && 1 === preg_match( '/^-?\d+(\.\d+)?$/', $value ) ) {
				$items[ $id ]['amounts'][] = array(
					'key'   => $key,
					'value' => $value,
				);
			}
		}
		return array_values( $items );
	}

	/** @return list<array{taxonomy: string, slug: string, name: string}>|null */
	private static function tags( int $order_id ): ?array {
		$taxonomies = get_object_taxonomies( self::TYPE );
		$terms      = array() === $taxonomies ? array() : wp_get_object_terms( $order_id, $taxonomies );
		if ( $terms instanceof WP_Error ) {
			return null;
		}
		$tags = array();
		foreach ( $terms as $term ) {
			$tags[] = array(
				'taxonomy' => $term->taxonomy,
				'slug'     => $term->slug,
				'name'     => html_entity_decode( $term->name, ENT_QUOTES ),
			);
		}
		return $tags;
	}
}
