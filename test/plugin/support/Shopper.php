<?php

declare( strict_types=1 );

namespace ArBridge\Test;

use RuntimeException;

/** A visitor with a cookie jar, who shops over HTTP as a browser does. */
final class Shopper {

	/** @var resource|\CurlHandle */
	private $curl;
	/** @var array<string, string> */
	private array $store_headers = array();
	/** Name under which the requests are measured; empty: not at all. */
	public string $measured_as = '';

	public function __construct( private string $url ) {
		$this->curl = curl_init();
		curl_setopt( $this->curl, CURLOPT_COOKIEFILE, '' );
	}

	/**
	 * @param array<string, string>|string|null $body    Fields of a form, or JSON text.
	 * @param array<string, string>             $headers
	 * @return array{status: int, headers: array<string, string>, body: string}
	 */
	public function request( string $method, string $path, $body = null, array $headers = array() ): array {
		$received = array();
		if ( '' !== $this->measured_as ) {
			$headers['X-Measure'] = $this->measured_as;
		}
		if ( is_string( $body ) ) {
			$headers['Content-Type'] = 'application/json';
		}
		curl_setopt_array(
			$this->curl,
			array(
				CURLOPT_URL            => $this->url . $path,
				CURLOPT_CUSTOMREQUEST  => $method,
				CURLOPT_POSTFIELDS     => is_array( $body ) ? http_build_query( $body ) : $body,
				CURLOPT_HTTPHEADER     => array_map( static fn ( string $name, string $value ): string => "$name: $value", array_keys( $headers ), $headers ),
				CURLOPT_RETURNTRANSFER => true,
				CURLOPT_TIMEOUT        => 60,
				CURLOPT_HEADERFUNCTION => static function ( $curl, string $line ) use ( &$received ): int {
					$parts = explode( ':', $line, 2 );
					if ( 2 === count( $parts ) ) {
						$received[ strtolower( $parts[0] ) ] = trim( $parts[1] );
					}
					return strlen( $line );
				},
			)
		);
		if ( null === $body ) {
			curl_setopt( $this->curl, CURLOPT_POSTFIELDS, null );
			curl_setopt( $this->curl, CURLOPT_HTTPGET, 'GET' === $method );
			curl_setopt( $this->curl, CURLOPT_CUSTOMREQUEST, $method );
		}
		$text = curl_exec( $this->curl );
		if ( false === $text ) {
			throw new RuntimeException( curl_error( $this->curl ) );
		}
		return array(
			'status'  => (int) curl_getinfo( $this->curl, CURLINFO_RESPONSE_CODE ),
			'headers' => $received,
			'body'    => $text,
		);
	}

	/** Puts a product into the cart of the Store API. */
	public function add_to_cart( int $product, int $quantity ): void {
		$this->store( 'GET', '/cart' );
		$this->store( 'POST', '/cart/add-item', array( 'id' => $product, 'quantity' => $quantity ) );
	}

	/** Opens the block checkout: the store makes a draft order. */
	public function open_checkout(): int {
		return (int) $this->store( 'GET', '/checkout' )['order_id'];
	}

	/** Places the order with the block checkout. */
	public function place_order( string $gateway = 'cod', bool $with_account = false ): int {
		$email = 'shopper-' . bin2hex( random_bytes( 4 ) ) . '@example.com';
		return (int) $this->store(
			'POST',
			'/checkout',
			array(
				'billing_address' => array( 'first_name' => 'Ada', 'last_name' => 'Lovelace', 'address_1' => '1 Quay Street', 'city' => 'Oakland', 'state' => 'CA', 'postcode' => '94607', 'country' => 'US', 'email' => $email, 'phone' => '5550100' ),
				'payment_method'  => $gateway,
				'create_account'  => $with_account,
			)
		)['order_id'];
	}

	/** Places the order with the classic checkout, form and nonce included. */
	public function place_order_classically( int $product ): int {
		$this->request( 'GET', "/?add-to-cart=$product" );
		$page = $this->request( 'GET', '/classic-checkout/' )['body'];
		if ( 1 !== preg_match( '/name="woocommerce-process-checkout-nonce" value="(\w+)"/', $page, $found ) ) {
			throw new RuntimeException( 'The classic checkout shows no form: ' . trim( (string) preg_replace( '/\s+/', ' ', wp_strip_all_tags( $page ) ) ) . ' cookies: ' . implode( ' ', (array) curl_getinfo( $this->curl, CURLINFO_COOKIELIST ) ) );
		}
		$answer = $this->request(
			'POST',
			'/?wc-ajax=checkout',
			array( 'billing_first_name' => 'Ada', 'billing_last_name' => 'Lovelace', 'billing_country' => 'US', 'billing_address_1' => '1 Quay Street', 'billing_city' => 'Oakland', 'billing_state' => 'CA', 'billing_postcode' => '94607', 'billing_phone' => '5550100', 'billing_email' => 'ada@example.com', 'payment_method' => 'bacs', 'woocommerce-process-checkout-nonce' => $found[1] )
		);
		$json = json_decode( $answer['body'], true );
		if ( 'success' !== ( $json['result'] ?? '' ) ) {
			throw new RuntimeException( 'The classic checkout failed: ' . $answer['body'] );
		}
		return (int) $json['order_id'];
	}

	/**
	 * @param array<string, mixed>|null $body
	 * @return array<string, mixed>
	 */
	private function store( string $method, string $path, ?array $body = null ): array {
		$answer = $this->request( $method, "/wp-json/wc/store/v1$path", null === $body ? null : (string) json_encode( $body ), $this->store_headers );
		foreach ( array( 'nonce' => 'Nonce', 'cart-token' => 'Cart-Token' ) as $received => $sent ) {
			if ( isset( $answer['headers'][ $received ] ) ) {
				$this->store_headers[ $sent ] = $answer['headers'][ $received ];
			}
		}
		if ( $answer['status'] >= 300 ) {
			throw new RuntimeException( "$method $path: {$answer['status']} {$answer['body']}" );
		}
		return json_decode( $answer['body'], true );
	}
}
