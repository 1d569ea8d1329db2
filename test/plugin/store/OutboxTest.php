<?php

declare( strict_types=1 );

namespace ArBridge\Test;

use ArBridge\Clock;
use ArBridge\Events\ChangeLog;
use ArBridge\Events\TransactionWatch;
use ArBridge\Outbox\Outbox;
use ArBridge\Outbox\OutboxTable;
use ArBridge\Outbox\Payment;
use ArBridge\Outbox\PaymentTable;
use ArBridge\Schema\Database;
use ArBridge\Schema\Tables;

/** The rules of the outbox on a real database, with a clock that the test moves. */
final class OutboxTest extends StoreTestCase {

	private const NOW = 1_800_000_000;

	private Clock $clock;
	private OutboxTable $table;
	private PaymentTable $payments;
	private Outbox $outbox;

	protected function setUp(): void {
		parent::setUp();
		$this->clock    = fake_clock( self::NOW );
		$this->table    = new OutboxTable( $this->clock );
		$this->payments = new PaymentTable( $this->clock );
		$this->outbox   = new Outbox( $this->table, $this->payments );
	}

	public function test_a_mark_is_not_handed_out_before_its_request_settles(): void {
		$this->table->mark( array( array( 'order', 7 ) ), 'a' );
		$this->assertSame( array(), $this->ready() );
		$this->table->settle( array( array( 'order', 7 ) ), 'a' );
		$this->assertSame( array( 'order:7' ), $this->ready() );
	}

	public function test_a_mark_whose_request_died_is_handed_out_after_sixty_seconds(): void {
		$this->table->mark( array( array( 'order', 7 ) ), 'a' );
		$this->clock->now += 59;
		$this->assertSame( array(), $this->ready() );
		$this->clock->now += 1;
		$this->assertSame( array( 'order:7' ), $this->ready() );
	}

	public function test_a_row_keeps_its_integers_whole_and_tells_when_it_changed(): void {
		$this->table->settle( array( array( 'order', 4_000_000_000 ) ), 'a' );
		$this->assertSame(
			array(
				array(
					'kind'      => 'order',
					'id'        => 4_000_000_000,
					'seq'       => self::NOW * 1_000_000,
					'changedAt' => '2027-01-15T08:00:00Z',
				),
			),
			$this->table->ready( 10 )
		);
	}

	public function test_every_change_raises_seq(): void {
		$seen = array();
		foreach ( range( 1, 4 ) as $times ) {
			$this->clock->now += 1;
			$this->table->mark( array( array( 'order', 7 ) ), 'a' );
			$seen[] = $this->seq( 7 );
			$this->table->settle( array( array( 'order', 7 ) ), 'a' );
			$seen[] = $this->seq( 7 );
		}
		$sorted = array_unique( $seen );
		sort( $sorted );
		$this->assertSame( $sorted, $seen );
	}

	public function test_a_clock_that_is_set_back_lets_no_acknowledgement_delete_a_newer_change(): void {
		$this->table->settle( array( array( 'order', 7 ) ), 'a' );
		$handed_out = $this->table->ready( 10 );
		$this->clock->now -= 3600;
		$this->table->mark( array( array( 'order', 7 ) ), 'b' );
		$this->assertSame( 0, $this->table->acknowledge( $handed_out ) );
		$this->table->settle( array( array( 'order', 7 ) ), 'b' );
		$this->assertSame( 0, $this->table->acknowledge( $handed_out ) );
		$this->assertSame( array( 'order:7' ), $this->ready() );
	}

	public function test_an_acknowledgement_of_an_older_state_deletes_nothing_newer(): void {
		$this->table->settle( array( array( 'order', 7 ) ), 'a' );
		$handed_out = $this->table->ready( 10 );
		$this->clock->now += 1;
		$this->table->mark( array( array( 'order', 7 ) ), 'b' );
		$this->assertSame( 0, $this->table->acknowledge( $handed_out ) );
		$this->table->settle( array( array( 'order', 7 ) ), 'b' );
		$this->assertSame( array( 'order:7' ), $this->ready() );
		$this->assertSame( 1, $this->table->acknowledge( $this->table->ready( 10 ) ) );
		$this->assertSame( array(), $this->ready() );
	}

	public function test_a_late_acknowledgement_deletes_no_row_that_was_made_anew(): void {
		$this->table->settle( array( array( 'order', 7 ) ), 'a' );
		$pulled = $this->table->ready( 10 );
		$this->table->acknowledge( $pulled );
		$this->clock->now += 1;
		$this->table->settle( array( array( 'order', 7 ) ), 'b' );
		$this->assertSame( 0, $this->table->acknowledge( $pulled ) );
		$this->assertSame( array( 'order:7' ), $this->ready() );
	}

	public function test_of_two_requests_on_one_order_the_first_to_end_does_not_uncover_the_other(): void {
		$this->table->mark( array( array( 'order', 7 ) ), 'a' );
		$this->table->mark( array( array( 'order', 7 ) ), 'b' );
		$this->table->settle( array( array( 'order', 7 ) ), 'a' );
		$this->assertSame( array(), $this->ready() );
		$this->table->settle( array( array( 'order', 7 ) ), 'b' );
		$this->assertSame( array( 'order:7' ), $this->ready() );
	}

	public function test_a_long_import_marks_again_and_tells_again_what_was_taken_meanwhile(): void {
		$log = new ChangeLog( $this->table, new TransactionWatch(), $this->clock, static fn (): bool => false, static function (): void {}, static function (): void {} );
		$log->order( 7 );
		$this->clock->now += 29;
		$log->order( 7 );
		$this->clock->now += 32;
		$this->assertSame( array( 'order:7' ), $this->ready(), 'the mark is 61 seconds old' );
		$this->table->acknowledge( $this->table->ready( 10 ) );
		$log->order( 7 );
		$this->assertSame( array( 'order:7' ), $this->marked() );
		$this->assertSame( array(), $this->ready() );
		$this->table->acknowledge( array( array( 'kind' => 'order', 'id' => 7, 'seq' => $this->seq( 7 ) ) ) );
		$log->settle();
		$this->assertSame( array( 'order:7' ), $this->ready() );
	}

	public function test_more_rows_than_one_statement_takes_are_settled_and_acknowledged(): void {
		$objects = array_map( static fn ( int $id ): array => array( 0 === $id % 2 ? 'order' : 'customer', $id ), range( 450, 1 ) );
		$this->assertTrue( $this->table->mark( $objects, 'a' ) );
		$this->assertTrue( $this->table->settle( $objects, 'a' ) );
		$this->assertSame( array( 'rows' => 450, 'oldest' => self::NOW ), $this->table->backlog() );
		$this->assertSame( 450, $this->table->acknowledge( $this->table->ready( 1000 ) ) );
		$this->assertSame( array( 'rows' => 0, 'oldest' => null ), $this->table->backlog() );
	}

	public function test_the_oldest_changes_go_first(): void {
		foreach ( array( 3, 1, 2 ) as $id ) {
			$this->table->settle( array( array( 'order', $id ) ), 'a' );
			$this->clock->now += 1;
		}
		$this->assertSame( array( 3, 1 ), array_column( $this->table->ready( 2 ), 'id' ) );
	}

	public function test_marks_that_a_rollback_spared_are_lifted_and_nothing_is_made(): void {
		$this->table->mark( array( array( 'order', 7 ) ), 'a' );
		$this->table->mark( array( array( 'order', 9 ) ), 'b' );
		$this->table->settle_survivors( array( array( 'order', 7 ), array( 'order', 8 ), array( 'order', 9 ) ), 'a' );
		$this->assertSame( array( 'order:7' ), $this->ready() );
		$this->assertSame( array( 'order:7', 'order:9' ), $this->marked() );
	}

	public function test_a_payment_waits_with_the_order_whose_request_goes_on(): void {
		$this->table->mark( array( array( 'order', 7 ) ), 'a' );
		$this->payments->insert( $this->payment( 7 ), $this->payment( 8 ) );
		$this->assertSame( array( 8 ), array_column( $this->outbox->batch( 10 )['payments'], 'orderId' ) );
		$this->table->settle( array( array( 'order', 7 ) ), 'a' );
		$this->assertSame( array( 7, 8 ), array_column( $this->outbox->batch( 10 )['payments'], 'orderId' ) );
	}

	public function test_a_batch_keeps_its_limit_and_lets_no_order_go_before_its_payment(): void {
		foreach ( range( 1, 6 ) as $order ) {
			$this->payments->insert( $this->payment( $order ) );
			$this->table->settle( array( array( 'order', $order ) ), 'a' );
			$this->clock->now += 1;
		}
		$batch = $this->outbox->batch( 4 );
		$this->assertSame( array( array(), array( 1, 2, 3, 4 ) ), array( $batch['objects'], array_column( $batch['payments'], 'orderId' ) ) );
		$this->outbox->acknowledge( array(), array_column( $batch['payments'], 'id' ) );
		$batch = $this->outbox->batch( 4 );
		$this->assertSame( array( array( 1, 2 ), array( 5, 6 ) ), array( array_column( $batch['objects'], 'id' ), array_column( $batch['payments'], 'orderId' ) ) );
	}

	public function test_an_acknowledged_payment_is_not_handed_out_again_and_stays_in_the_table(): void {
		$this->payments->insert( $this->payment( 7 ) );
		$ids = array_column( $this->payments->ready( 10 ), 'id' );
		$this->assertSame( 1, $this->payments->acknowledge( $ids ) );
		$this->assertSame( 0, $this->payments->acknowledge( $ids ) );
		$this->assertSame( array(), $this->payments->ready( 10 ) );
		$this->assertNotNull( $this->payments->history( 7 )->last() );
	}

	public function test_a_turn_that_is_taken_is_left_alone(): void {
		$this->payments->insert( $this->payment( 7 ) );
		$this->payments->insert( new Payment( 7, 0, Payment::RECEIVED, '99.00', 'USD', 'bacs', '', self::NOW ) );
		$this->assertSame( '60.00', $this->payments->history( 7 )->last()->amount );
	}

	public function test_a_payment_is_handed_out_in_the_shape_of_the_contract(): void {
		$this->payments->insert( new Payment( 7, 0, Payment::RECEIVED, '60.00', 'USD', "o'neil \u{1F680}", str_repeat( 'é', 300 ), self::NOW ) );
		$row = $this->payments->ready( 10 )[0];
		$this->assertIsInt( $row['id'] );
		unset( $row['id'] );
		$this->assertSame(
			array(
				'orderId'       => 7,
				'kind'          => 'received',
				'amount'        => '60.00',
				'currency'      => 'USD',
				'gateway'       => "o'neil \u{1F680}",
				'transactionId' => str_repeat( 'é', 190 ),
				'at'            => '2027-01-15T08:00:00Z',
			),
			$row
		);
	}

	public function test_an_acknowledgement_of_another_shape_is_left_out(): void {
		$read = Outbox::parse_acknowledgement(
			array(
				'objects'  => array( array( 'kind' => 'order', 'id' => 7, 'seq' => 5, 'more' => 1 ), array( 'kind' => 'order', 'id' => '7' ), 'x' ),
				'payments' => array( 3, '4', null ),
			)
		);
		$this->assertSame( array( array( array( 'kind' => 'order', 'id' => 7, 'seq' => 5 ) ), array( 3 ) ), $read );
		$this->assertSame( array( array(), array() ), Outbox::parse_acknowledgement( 'x' ) );
	}

	private function payment( int $order ): Payment {
		return new Payment( $order, 0, Payment::RECEIVED, '60.00', 'USD', 'bacs', '', self::NOW );
	}

	/** @return list<string> */
	private function ready(): array {
		return array_map( static fn ( array $row ): string => $row['kind'] . ':' . $row['id'], $this->table->ready( 100 ) );
	}

	private function seq( int $order ): int {
		return (int) Database::rows( 'SELECT seq FROM %i WHERE object_id = %d', Tables::outbox(), $order )[0][0];
	}
}
