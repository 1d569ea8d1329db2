<?php

declare( strict_types=1 );

namespace ArBridge\Test;

/** Real checkouts over HTTP: what they put into the outbox, and what that costs (performance.md P9, P10). */
final class CheckoutTest extends StoreTestCase {

	private const ROUNDS = 25;

	protected function setUp(): void {
		parent::setUp();
		self::$site->serve();
	}

	public function test_an_abandoned_block_checkout_leaves_nothing(): void {
		$shopper = new Shopper( self::$site->url );
		$shopper->add_to_cart( $this->product()->get_id(), 2 );
		$draft = $shopper->open_checkout();
		$this->assertGreaterThan( 0, $draft );
		$this->assertSame( array(), $this->marked() );
	}

	public function test_a_block_checkout_waits_when_the_shopper_has_the_answer(): void {
		$shopper = new Shopper( self::$site->url );
		$shopper->add_to_cart( $this->product()->get_id(), 2 );
		$shopper->open_checkout();
		$order = $shopper->place_order( 'cod' );
		$this->assertSame( array( "order:$order" ), $this->handed_out() );
		$this->assertSame( array(), $this->payments( $order ), 'cash on delivery is not paid yet' );
	}

	public function test_a_block_checkout_with_an_account_tells_both(): void {
		$shopper = new Shopper( self::$site->url );
		$shopper->add_to_cart( $this->product()->get_id(), 1 );
		$order    = $shopper->place_order( 'bacs', true );
		$customer = wc_get_order( $order )->get_customer_id();
		$this->assertGreaterThan( 0, $customer );
		$this->assertSame( array( "customer:$customer", "order:$order" ), $this->handed_out() );
	}

	public function test_a_classic_checkout_waits_when_the_shopper_has_the_answer(): void {
		$order = ( new Shopper( self::$site->url ) )->place_order_classically( $this->product()->get_id() );
		$this->assertSame( array( "order:$order" ), $this->handed_out() );
		$this->assertSame( 'on-hold', wc_get_order( $order )->get_status() );
	}

	public function test_a_checkout_that_is_paid_at_once_brings_its_payment(): void {
		// A gateway that is paid on the spot, as card gateways are: it calls payment_complete() within the checkout.
		$answer  = static fn ( string $state ) => update_option( 'test_gateway_pays_at_once', $state );
		$shopper = new Shopper( self::$site->url );
		$answer( 'yes' );
		$shopper->add_to_cart( $this->product()->get_id(), 2 );
		$shopper->measured_as = 'paid';
		$order                = $shopper->place_order( 'cheque' );
		$answer( 'no' );
		$this->assertSame( array( 'received 40.00 USD' ), $this->payments( $order ) );
		$this->assertSame( array( "order:$order" ), $this->handed_out() );
		$this->assertSame( array( 'REPLACE', 'INSERT', 'INSERT' ), $this->writes_of( $this->measured( 'paid' )[0] ) );
	}

	public function test_a_checkout_costs_two_writes_no_http_and_little_time(): void {
		for ( $round = 0; $round < self::ROUNDS; ++$round ) {
			$shopper = new Shopper( self::$site->url );
			$shopper->add_to_cart( $this->product()->get_id(), 1 );
			$shopper->measured_as = 'checkout';
			$shopper->place_order( 'cod' );
		}
		$requests = $this->measured( 'checkout' );
		$this->assertCount( self::ROUNDS, $requests );
		foreach ( $requests as $request ) {
			$this->assertSame( array( 'REPLACE', 'INSERT' ), $request->queries );
			$this->assertSame( 0, $request->http );
		}
		// The goal of 0.5 and 1.0 ms is for MySQL on an idle machine; the drop-in parses each statement in PHP, which alone takes longer.
		$this->say( 'in our hooks, per checkout', array_map( static fn ( object $request ): float => $request->hooks, $requests ) );
		$this->say( 'at the end of the request, behind the answer where PHP can close the connection', array_map( static fn ( object $request ): float => $request->end, $requests ) );
		$this->say( 'for comparison, one bare INSERT in the same requests', array_map( static fn ( object $request ): float => $request->bare, $requests ) );
		$hooks = self::quantile( array_map( static fn ( object $request ): float => $request->hooks, $requests ), 0.5 );
		$bare  = self::quantile( array_map( static fn ( object $request ): float => $request->bare, $requests ), 0.5 );
		$this->assertLessThan( 10 * $bare + 5.0, $hooks, 'far beyond one write: something is wrong' );
	}

	public function test_a_sidecar_that_hangs_changes_nothing_about_a_checkout(): void {
		$sidecar = self::$site->start_fake_sidecar();
		$this->pair( $sidecar );
		$sidecar->forget_calls();
		$sidecar->answer( '/v1/events', 200, '{}', array(), 8 );
		$shopper = new Shopper( self::$site->url );
		$shopper->add_to_cart( $this->product()->get_id(), 1 );
		$shopper->measured_as = 'hung';
		$start                = microtime( true );
		$order                = $shopper->place_order( 'cod' );
		$took                 = microtime( true ) - $start;
		list( $request )      = $this->measured( 'hung' );
		$this->assertSame( array( array( 'REPLACE', 'INSERT' ), 0, array() ), array( $request->queries, $request->http, $sidecar->calls() ) );
		$this->assertLessThan( 8.0, $took );
		$this->assertSame( array( "order:$order" ), $this->handed_out() );
		$sidecar->stop();
		$this->unpair();
	}

	public function test_other_pages_cost_no_query_and_little_time(): void {
		$shopper              = new Shopper( self::$site->url );
		$shopper->measured_as = 'page';
		$paths                = array( '/', '/shop/', '/product/house-espresso/', '/cart/', '/my-account/', '/wp-json/wc/store/v1/products' );
		foreach ( range( 1, 6 ) as $round ) {
			foreach ( $paths as $path ) {
				$this->assertSame( 200, $shopper->request( 'GET', $path )['status'], $path );
			}
		}
		$requests = $this->measured( 'page' );
		$this->assertCount( 6 * count( $paths ), $requests );
		foreach ( $requests as $request ) {
			$this->assertSame( array(), $request->queries );
			$this->assertSame( 0, $request->http );
		}
		$this->say( 'to load the plugin, per page', array_map( static fn ( object $request ): float => $request->load, $requests ) );
		$this->say( 'in our hooks, per page', array_map( static fn ( object $request ): float => $request->hooks + $request->end, $requests ) );
	}

	/** @return list<object> What must-use.php measured under that name since the last call. */
	private function measured( string $name ): array {
		$file = self::$site->folder . '/tmp/measure.log';
		for ( $tries = 0; $tries < 100 && ! is_file( $file ); ++$tries ) {
			usleep( 20_000 ); // The answer may be here before the request's last line is written.
		}
		usleep( 100_000 );
		$rows = array_map( static fn ( string $line ): object => json_decode( $line ), (array) file( $file ) );
		unlink( $file );
		return array_values( array_filter( $rows, static fn ( object $row ): bool => $name === $row->name ) );
	}

	/** @return list<string> */
	private function writes_of( object $request ): array {
		return array_values( array_diff( $request->queries, array( 'SELECT' ) ) );
	}

	/** @param list<float> $milliseconds */
	private function say( string $what, array $milliseconds ): void {
		fwrite( STDERR, sprintf( "\n  %s, %s, %s: p50 %.2f ms, p95 %.2f ms (%d requests)\n", null === self::$site->mysql_socket ? 'SQLite drop-in' : 'MySQL', ShopSite::storage(), $what, self::quantile( $milliseconds, 0.5 ), self::quantile( $milliseconds, 0.95 ), count( $milliseconds ) ) );
	}

	/** @param list<float> $values */
	private static function quantile( array $values, float $share ): float {
		sort( $values );
		return $values[ (int) min( count( $values ) - 1, floor( $share * count( $values ) ) ) ];
	}
}
