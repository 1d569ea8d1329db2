<?php

declare( strict_types=1 );

namespace ArBridge\Privacy;

use ArBridge\Problem;
use ArBridge\Settings\Connection;
use ArBridge\Sidecar\SidecarClient;
use ArBridge\Sidecar\Unreachable;
use Closure;
use WP_Error;

defined( 'ABSPATH' ) || exit;

/**
 * Takes part in WordPress' tools for personal data (Tools > Export Personal Data, Erase Personal Data): what the sidecar keeps about
 * somebody is shown, and goes. WordPress asks for the rights to either before it calls; the sidecar's routes for it are not among those
 * that the admin page reaches.
 */
final class PersonalData {

	private const ID = 'ar-bridge';

	/** WordPress calls once per page, each time in a request of its own. */
	private const TIMEOUT_SECONDS = 20.0;

	/**
	 * @param Closure(): SidecarClient $sidecar    Made when it is first asked.
	 * @param Closure(): Connection    $connection
	 */
	public function __construct( private Closure $sidecar, private Closure $connection ) {}

	public function register(): void {
		add_filter( 'wp_privacy_personal_data_exporters', array( $this, 'add_exporter' ) );
		add_filter( 'wp_privacy_personal_data_erasers', array( $this, 'add_eraser' ) );
		add_action( 'admin_init', array( self::class, 'suggest_policy' ) );
	}

	/**
	 * @param mixed $exporters
	 * @return array<mixed>
	 */
	public function add_exporter( $exporters ): array {
		$exporters             = is_array( $exporters ) ? $exporters : array();
		$exporters[ self::ID ] = array(
			'exporter_friendly_name' => __( 'Oracle Receivables (AR Bridge)', 'ar-bridge' ),
			'callback'               => array( $this, 'export' ),
		);
		return $exporters;
	}

	/**
	 * @param mixed $erasers
	 * @return array<mixed>
	 */
	public function add_eraser( $erasers ): array {
		$erasers             = is_array( $erasers ) ? $erasers : array();
		$erasers[ self::ID ] = array(
			'eraser_friendly_name' => __( 'Oracle Receivables (AR Bridge)', 'ar-bridge' ),
			'callback'             => array( $this, 'erase' ),
		);
		return $erasers;
	}

	/**
	 * A page of what the sidecar keeps.
	 *
	 * @param mixed $email
	 * @param mixed $page
	 * @return array{data: list<array<string, mixed>>, done: bool}|WP_Error
	 */
	public function export( $email, $page = 1 ) {
		if ( null !== ( $this->connection )()->problem() ) {
			return array(
				'data' => array(),
				'done' => true,
			);
		}
		$answer = $this->ask( '/v1/admin/privacy/export', self::person( $email ) + array( 'page' => is_numeric( $page ) ? max( 1, (int) $page ) : 1 ) );
		if ( is_wp_error( $answer ) ) {
			return $answer;
		}
		$items = array();
		foreach ( is_array( $answer['items'] ?? null ) ? $answer['items'] : array() as $item ) {
			if ( is_array( $item ) ) {
				$items[] = self::item( $item );
			}
		}
		return array(
			'data' => $items,
			'done' => true === ( $answer['done'] ?? null ),
		);
	}

	/**
	 * Takes the person out of what the sidecar keeps; WordPress calls again until it is done.
	 *
	 * @param mixed $email
	 * @return array{items_removed: bool, items_retained: bool, messages: list<string>, done: bool}|WP_Error
	 */
	public function erase( $email ) {
		if ( null !== ( $this->connection )()->problem() ) {
			return array(
				'items_removed'  => false,
				'items_retained' => '' !== ( $this->connection )()->sidecar_url(),
				'messages'       => '' === ( $this->connection )()->sidecar_url() ? array() : array( __( 'AR Bridge is not connected to its sidecar: what that keeps of this person was not erased. Pair it again, then repeat the request.', 'ar-bridge' ) ),
				'done'           => true,
			);
		}
		$answer = $this->ask( '/v1/admin/privacy/erase', self::person( $email ) );
		if ( is_wp_error( $answer ) ) {
			return $answer;
		}
		$accounts = array_filter( is_array( $answer['accounts'] ?? null ) ? $answer['accounts'] : array(), 'is_string' );
		$removed  = 0 < ( is_int( $answer['customers'] ?? null ) ? $answer['customers'] : 0 ) + ( is_int( $answer['orders'] ?? null ) ? $answer['orders'] : 0 );
		return array(
			'items_removed'  => $removed,
			'items_retained' => array() !== $accounts,
			'messages'       => array() === $accounts ? array() : array(
				/* translators: %s: one or more account numbers */
				sprintf( __( 'Invoices, receipts and credit memos stay in the books, with the number of the customer account in Oracle (%s). Names and addresses in Oracle have to be erased in Oracle itself.', 'ar-bridge' ), implode( ', ', $accounts ) ),
			),
			'done'           => true === ( $answer['done'] ?? null ),
		);
	}

	/** The text that Settings > Privacy offers for the shop's policy. */
	public static function suggest_policy(): void {
		wp_add_privacy_policy_content(
			'AR Bridge',
			wp_kses_post(
				'<p class="privacy-policy-tutorial">' . __( 'Orders are posted to your company’s books in Oracle Fusion Receivables. Say so, and where these systems are.', 'ar-bridge' ) . '</p><p>' .
				__( 'For our accounts we pass the name, address, e-mail address and phone number of your order on to our accounting system. They are kept there for as long as the law asks us to keep our books.', 'ar-bridge' ) . '</p>'
			)
		);
	}

	/**
	 * @return array{email: string, customerIds: list<int>}
	 */
	private static function person( mixed $email ): array {
		$email = is_string( $email ) ? trim( $email ) : '';
		$user  = get_user_by( 'email', $email );
		return array(
			'email'       => $email,
			'customerIds' => $user ? array( $user->ID ) : array(),
		);
	}

	/**
	 * @param array<string, mixed> $body
	 * @return array<mixed>|WP_Error
	 */
	private function ask( string $path, array $body ) {
		try {
			$answer = ( $this->sidecar )()->call( 'POST', $path, (string) wp_json_encode( $body ), self::TIMEOUT_SECONDS );
		} catch ( Unreachable $unreachable ) {
			return Problem::unreachable( ( $this->connection )()->sidecar_url(), $unreachable->getMessage() );
		}
		$json = $answer->json();
		return $answer->is_ok() && is_array( $json ) ? $json : new WP_Error( $answer->error_code(), $answer->error_message() );
	}

	/**
	 * @param array<mixed> $item
	 * @return array<string, mixed>
	 */
	private static function item( array $item ): array {
		$is_customer = 'customer' === ( $item['group'] ?? null );
		$data        = array();
		foreach ( is_array( $item['data'] ?? null ) ? $item['data'] : array() as $row ) {
			if ( is_array( $row ) && is_string( $row['name'] ?? null ) && is_string( $row['value'] ?? null ) ) {
				$data[] = array(
					'name'  => self::label( $row['name'] ),
					'value' => esc_html( $row['value'] ),
				);
			}
		}
		return array(
			'group_id'    => $is_customer ? 'ar-bridge-customer' : 'ar-bridge-orders',
			'group_label' => $is_customer ? __( 'Customer in Oracle Receivables', 'ar-bridge' ) : __( 'Orders in Oracle Receivables', 'ar-bridge' ),
			'item_id'     => is_string( $item['id'] ?? null ) ? $item['id'] : '',
			'data'        => $data,
		);
	}

	private static function label( string $name ): string {
		$labels = array(
			'accountNumber'   => __( 'Customer account', 'ar-bridge' ),
			'name'            => __( 'Name', 'ar-bridge' ),
			'email'           => __( 'E-mail', 'ar-bridge' ),
			'since'           => __( 'Since', 'ar-bridge' ),
			'orderNumber'     => __( 'Order', 'ar-bridge' ),
			'createdAt'       => __( 'Placed', 'ar-bridge' ),
			'company'         => __( 'Company', 'ar-bridge' ),
			'vatNumber'       => __( 'VAT number', 'ar-bridge' ),
			'phone'           => __( 'Phone', 'ar-bridge' ),
			'billingAddress'  => __( 'Billing address', 'ar-bridge' ),
			'shippingAddress' => __( 'Shipping address', 'ar-bridge' ),
			'documents'       => __( 'Documents', 'ar-bridge' ),
		);
		return $labels[ $name ] ?? $name;
	}
}
