<?php

declare( strict_types=1 );

namespace ArBridge\Test;

use ArBridge\Clock;
use ArBridge\Delivery\Delivery;
use ArBridge\Delivery\DeliveryState;
use ArBridge\Delivery\SendLock;
use ArBridge\Outbox\OutboxTable;
use ArBridge\Security\Signature;
use ArBridge\Settings\Options;

/** What is sent to the sidecar, when, and what happens when it does not answer. */
final class DeliveryTest extends StoreTestCase {

	private FakeSidecar $sidecar;

	protected function setUp(): void {
		parent::setUp();
		$this->unpair();
		$this->sidecar = self::$site->start_fake_sidecar();
		$this->pair( $this->sidecar );
		$this->sidecar->forget_calls();
	}

	protected function tearDown(): void {
		$this->sidecar->stop();
		parent::tearDown();
	}

	public function test_the_job_sends_what_waits_signed_and_forgets_what_is_stored(): void {
		$order = $this->order();
		$order->payment_complete( 'txn-1' );
		$this->settle();
		$seq = ( new OutboxTable( new Clock() ) )->ready( 1 )[0]['seq'];
		$this->sidecar->answer( '/v1/events', 200, 'STORE ALL' );
		do_action( Delivery::ACTION );
		list( $call ) = $this->sidecar->calls();
		$body         = json_decode( $call['body'], true );
		$this->assertSame( array( 'POST', '/v1/events', 'application/json' ), array( $call['method'], $call['target'], $call['headers']['content-type'] ?? 'application/json' ) );
		$this->assertSame( array( 'site', 'objects', 'payments' ), array_keys( $body ) );
		$this->assertSame( array( self::$site->url, 'order', $order->get_id(), $seq, '60.00' ), array( $body['site'], $body['objects'][0]['kind'], $body['objects'][0]['id'], $body['objects'][0]['seq'], $body['payments'][0]['amount'] ) );
		$this->assertNull( Signature::fault( array( self::SECRET ), $call['headers']['x-ar-bridge-id'], $call['headers']['x-ar-bridge-timestamp'], $call['headers']['x-ar-bridge-signature'], time(), 'POST', '/v1/events', $call['body'] ) );
		$this->assertSame( array(), $this->marked() );
		do_action( Delivery::ACTION );
		$this->assertCount( 1, $this->sidecar->calls(), 'nothing waits' );
	}

	public function test_only_what_is_stored_is_forgotten(): void {
		$this->table()->settle( array( array( 'order', 1 ), array( 'order', 2 ) ), 'a' );
		$rows = $this->table()->ready( 2 );
		$this->stores( array( $rows[0], array( 'seq' => $rows[1]['seq'] - 1 ) + $rows[1] ), array() );
		do_action( Delivery::ACTION );
		$this->assertSame( array( 'order:2' ), $this->marked() );
	}

	public function test_a_long_backlog_goes_in_calls_of_at_most_500_rows(): void {
		$this->table()->settle( array_map( static fn ( int $id ): array => array( 'order', $id ), range( 1, 1201 ) ), 'a' );
		$this->sidecar->answer( '/v1/events', 200, 'STORE ALL' );
		do_action( Delivery::ACTION );
		$this->assertSame( array( 500, 500, 201 ), array_map( static fn ( array $call ): int => count( json_decode( $call['body'], true )['objects'] ), $this->sidecar->calls() ) );
		$this->assertSame( array(), $this->marked() );
	}

	/** @dataProvider refusals */
	public function test_an_answer_that_stores_nothing_keeps_the_rows_and_waits_before_the_next_try( int $status, string $body, string $error ): void {
		$this->table()->settle( array( array( 'order', 1 ) ), 'a' );
		$this->sidecar->answer( '/v1/events', $status, $body, 307 === $status ? array( 'Location' => $this->sidecar->url . '/v1/other' ) : array() );
		do_action( Delivery::ACTION );
		do_action( Delivery::ACTION );
		$this->assertCount( 1, $this->sidecar->calls(), 'the second try waits' );
		$this->assertSame( array( 'order:1' ), $this->marked() );
		$this->assertStringContainsString( $error, ( new DeliveryState( new Clock() ) )->last_error() );
		$this->assertTrue( ( new DeliveryState( fake_clock( time() + 6 ) ) )->may_try() );
	}

	/** @return array<string, array{int, string, string}> */
	public function refusals(): array {
		return array(
			'an error'           => array( 503, '{"error":{"code":"disk.full","message":"No room."}}', 'disk.full: No room.' ),
			'a page of a proxy'  => array( 502, '<html>Bad gateway</html>', 'http.502' ),
			'HTML with 200'      => array( 200, '<html>Welcome</html>', 'http.200' ),
			'a redirect'         => array( 307, '', 'http.307' ),
			'the secret is gone' => array( 401, '{"error":{"code":"signature.mismatch","message":"No."}}', 'signature.mismatch' ),
		);
	}

	public function test_a_success_ends_the_waiting_and_the_error(): void {
		$this->table()->settle( array( array( 'order', 1 ) ), 'a' );
		$state = new DeliveryState( fake_clock( time() - 1000 ) );
		foreach ( range( 1, 3 ) as $times ) {
			$state->failed( 'no' );
		}
		$this->stores( array(), array() );
		do_action( Delivery::ACTION );
		$this->assertCount( 1, $this->sidecar->calls() );
		$this->assertSame( '', ( new DeliveryState( new Clock() ) )->last_error() );
	}

	public function test_failures_in_a_row_wait_longer_and_longer(): void {
		$now = time();
		foreach ( array( 5, 10, 20, 40 ) as $longest ) {
			( new DeliveryState( fake_clock( $now ) ) )->failed( 'no' );
			$wait = get_option( Options::DELIVERY )['nextTryAt'] - $now;
			$this->assertGreaterThanOrEqual( $longest / 2, $wait );
			$this->assertLessThanOrEqual( $longest, $wait );
		}
	}

	public function test_a_sidecar_that_hangs_costs_two_seconds_once(): void {
		$this->table()->settle( array( array( 'order', 1 ) ), 'a' );
		$this->sidecar->answer( '/v1/events', 200, '{}', array(), 8 );
		$start = microtime( true );
		do_action( Delivery::ACTION );
		$took  = microtime( true ) - $start;
		$this->assertGreaterThan( 1.5, $took );
		$this->assertLessThan( 4.0, $took );
		do_action( Delivery::ACTION );
		$this->assertLessThan( 4.5, microtime( true ) - $start );
		$this->assertSame( array( 'order:1' ), $this->marked() );
	}

	public function test_a_sidecar_that_is_down_is_told_in_words(): void {
		$this->sidecar->stop();
		$this->table()->settle( array( array( 'order', 1 ) ), 'a' );
		do_action( Delivery::ACTION );
		$this->assertNotSame( '', ( new DeliveryState( new Clock() ) )->last_error() );
		$this->sidecar = self::$site->start_fake_sidecar();
	}

	public function test_the_shopper_has_the_answer_before_anything_is_sent(): void {
		$order = $this->order();
		$this->sidecar->answer( '/v1/events', 200, '{"stored":{"objects":[],"payments":[]}}', array(), 1.0 );
		$output = self::$site->run( 'deliver.php', array( 'order' => $order->get_id(), 'closes' => true ) )->output();
		$this->assertCount( 1, $this->sidecar->calls(), $output );
		$this->assertMatchesRegularExpression( '/SAVED\nCLOSED (\d+)\nSENDING (\d+)\n/', $output );
	}

	public function test_where_php_cannot_close_the_connection_nothing_is_sent_in_the_request(): void {
		self::$site->run( 'deliver.php', array( 'order' => $this->order()->get_id(), 'closes' => false ) );
		$this->assertSame( array(), $this->sidecar->calls() );
		$this->assertCount( 1, $this->handed_out() );
	}

	public function test_nothing_is_sent_out_of_a_transaction_that_is_left_open(): void {
		$output = self::$site->run( 'deliver.php', array( 'order' => $this->order()->get_id(), 'closes' => true, 'transaction' => true ) )->output();
		$this->assertStringContainsString( 'CLOSED', $output );
		$this->assertSame( array(), $this->sidecar->calls() );
		$this->assertSame( array(), $this->marked() );
	}

	public function test_nothing_is_sent_after_a_fatal_error(): void {
		self::$site->run( 'deliver.php', array( 'order' => $this->order()->get_id(), 'closes' => true, 'dies' => true ) );
		$this->assertSame( array(), $this->sidecar->calls() );
		$this->assertCount( 1, $this->handed_out() );
	}

	public function test_a_request_that_changes_nothing_sends_nothing(): void {
		$this->table()->settle( array( array( 'order', 1 ) ), 'a' );
		$output = self::$site->run( 'deliver.php', array( 'order' => 0, 'closes' => true ) )->output();
		$this->assertStringNotContainsString( 'CLOSED', $output );
		$this->assertSame( array(), $this->sidecar->calls() );
	}

	public function test_while_a_delivery_waits_for_its_next_try_a_request_sends_nothing(): void {
		// Failed often enough that a slow machine is still within the wait.
		foreach ( range( 1, 5 ) as $time ) {
			( new DeliveryState( new Clock() ) )->failed( 'no' );
		}
		self::$site->run( 'deliver.php', array( 'order' => $this->order()->get_id(), 'closes' => true ) );
		$this->assertSame( array(), $this->sidecar->calls() );
	}

	public function test_one_sends_at_a_time_and_a_sender_that_died_does_not_hold_up_the_next_for_ever(): void {
		$this->table()->settle( array( array( 'order', 1 ) ), 'a' );
		$this->sidecar->answer( '/v1/events', 200, 'STORE ALL' );
		$this->assertTrue( ( new SendLock( new Clock() ) )->take() );
		do_action( Delivery::ACTION );
		$this->assertSame( array(), $this->sidecar->calls() );
		$this->assertFalse( ( new SendLock( fake_clock( time() + 5 ) ) )->take() );
		$this->assertTrue( ( new SendLock( fake_clock( time() + 12 ) ) )->take() );
		( new SendLock( new Clock() ) )->free();
		do_action( Delivery::ACTION );
		$this->assertCount( 1, $this->sidecar->calls() );
		$this->assertTrue( ( new SendLock( new Clock() ) )->take(), 'it is free again' );
		( new SendLock( new Clock() ) )->free();
	}

	public function test_a_sidecar_that_hangs_holds_one_of_many_requests(): void {
		$this->sidecar->answer( '/v1/events', 200, '{}', array(), 8 );
		$orders   = array( $this->order(), $this->order(), $this->order() );
		$requests = array_map( static fn ( $order ): Running => self::$site->start( 'deliver.php', array( 'order' => $order->get_id(), 'closes' => true ) ), $orders );
		foreach ( $requests as $request ) {
			$request->join();
		}
		$this->assertSame( 1, substr_count( implode( '', array_map( static fn ( Running $request ): string => $request->output(), $requests ) ), 'SENDING' ) );
		$this->assertCount( 3, $this->handed_out() );
	}

	public function test_unpaired_nothing_is_sent_and_all_is_kept(): void {
		$this->unpair();
		$this->table()->settle( array( array( 'order', 1 ) ), 'a' );
		do_action( Delivery::ACTION );
		$this->assertSame( array(), $this->sidecar->calls() );
		$this->assertSame( array( 'order:1' ), $this->marked() );
	}

	public function test_a_job_that_somebody_deleted_comes_back(): void {
		as_unschedule_all_actions( Delivery::ACTION );
		do_action( 'action_scheduler_ensure_recurring_actions' );
		do_action( 'action_scheduler_ensure_recurring_actions' );
		$this->assertCount( 1, as_get_scheduled_actions( array( 'hook' => Delivery::ACTION, 'status' => 'pending' ), 'ids' ) );
	}

	private function table(): OutboxTable {
		return new OutboxTable( new Clock() );
	}

	/**
	 * @param list<array<string, mixed>> $objects
	 * @param list<int>                  $payments
	 */
	private function stores( array $objects, array $payments ): void {
		$this->sidecar->answer( '/v1/events', 200, array( 'stored' => array( 'objects' => $objects, 'payments' => $payments ) ) );
	}
}
