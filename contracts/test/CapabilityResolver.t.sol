// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CapabilityResolver} from "../src/CapabilityResolver.sol";
import {Attestation, IAttestations} from "../src/interfaces/IAttestations.sol";
import {CapabilityMonth, ICapabilityResolver} from "../src/interfaces/ICapabilityResolver.sol";
import {IEvidenceLog} from "../src/interfaces/IEvidenceLog.sol";
import {Months} from "../src/libraries/Months.sol";
import {OrgAccount} from "../src/OrgAccount.sol";
import {CapabilityClaim} from "../src/types/CapabilityClaim.sol";
import {OrgId} from "../src/types/OrgId.sol";
import {Roles} from "../src/types/Roles.sol";
import {
    AttestationRequest,
    AttestationRequestData,
    IEas,
    MultiAttestationRequest,
    MultiRevocationRequest,
    RevocationRequestData
} from "./support/Eas.sol";
import {ScoreFixture} from "./support/ScoreFixture.sol";

contract CapabilityResolverTest is ScoreFixture {
    OrgId private constant ANYONE = OrgId.wrap(0);
    uint32 private running;

    function setUp() public override {
        super.setUp();
        (running,) = Months.split(uint64(block.timestamp));
    }

    function good() private view returns (AttestationRequestData memory) {
        return month(CHARACTERISTIC, running - 1, 1_700_000, 1_900_000);
    }

    function claimOf(AttestationRequestData memory request) private pure returns (CapabilityClaim memory) {
        return abi.decode(request.data, (CapabilityClaim));
    }

    function refuseMonth(AttestationRequestData memory request, bytes memory reason) private {
        bytes memory call_ = abi.encodeCall(IEas.attest, (AttestationRequest(capabilitySchema, request)));
        refuseAct(scorerAccount, SCORER_OPERATOR_SECRET, address(eas), call_, reason);
    }

    function refuseClaim(CapabilityClaim memory claim, bytes memory reason) private {
        AttestationRequestData memory request = good();
        request.data = abi.encode(claim);
        refuseMonth(request, reason);
    }

    function found(uint32 number, OrgId by) private view returns (CapabilityMonth memory) {
        return capabilities.monthOf(supplier, CHARACTERISTIC, number, by);
    }

    function testAMonthIsAttestedRememberedAndAnnounced() external {
        vm.assertEq(capabilities.schemaUid(), capabilitySchema, "schema");
        bytes32 uid = attestMonth(good());
        CapabilityMonth memory known = found(running - 1, ANYONE);
        require(known.n == 50 && known.cpkMicro == 1_700_000 && known.upperMicro == 1_900_000, "values");
        require(known.uid == uid && known.attestedAt == block.timestamp, "attestation");
        vm.assertEq(found(running - 1, scorer).uid, uid, "by its scorer");
        vm.assertEq(found(running - 1, second).uid, 0, "by another");
        CapabilityMonth[] memory row = capabilities.monthsBack(supplier, CHARACTERISTIC, running, 3, ANYONE);
        require(row[0].n == 0 && row[1].uid == uid && row[2].n == 0, "row");
    }

    function testARestatementNamesWhatItRestates() external {
        bytes32 uid = attestMonth(good());
        AttestationRequestData memory again = month(CHARACTERISTIC, running - 1, 1_600_000, 1_800_000);
        refuseMonth(again, abi.encodeWithSelector(ICapabilityResolver.NotTheNewest.selector, bytes32(0), uid));
        again.refUID = uid;
        bytes32 newer = attestMonth(again);
        vm.assertEq(found(running - 1, ANYONE).uid, newer, "not superseded");
        // Taking the superseded one back changes nothing; the newest, and the month is missing.
        revokeMonth(uid);
        vm.assertEq(found(running - 1, ANYONE).uid, newer, "forgotten");
        revokeMonth(newer);
        vm.assertEq(found(running - 1, ANYONE).n, 0, "remembered");
        attestMonth(good());
        vm.assertEq(found(running - 1, ANYONE).n, 50, "not again");
    }

    function testScorersDoNotTouchEachOthersMonths() external {
        bytes32 uid = attestMonth(good());
        AttestationRequestData memory request = month(CHARACTERISTIC, running - 1, 900_000, 1_000_000);
        bytes memory call_ = abi.encodeCall(IEas.attest, (AttestationRequest(capabilitySchema, request)));
        bytes memory answer = act(secondAccount, SECOND_SECRET, address(eas), call_);
        vm.assertEq(found(running - 1, scorer).uid, uid, "overwritten");
        vm.assertEq(found(running - 1, second).uid, abi.decode(answer, (bytes32)), "not kept");
        require(found(running - 1, ANYONE).cpkMicro == 900_000, "the last one is not the last");
    }

    function testARevocationReachesTheMonthAfterTheScorerChangedItsAccount() external {
        bytes32 uid = attestMonth(good());
        OrgAccount replaced = scorerAccount;
        OrgAccount successor = new OrgAccount(registry, scorer);
        vm.prank(ENROLLER);
        registry.setAccount(scorer, address(successor));
        scorerAccount = replaced;
        revokeMonth(uid);
        vm.assertEq(found(running - 1, scorer).n, 0, "remembered");
    }

    function testSeveralMonthsTogether() external {
        MultiAttestationRequest[] memory requests = new MultiAttestationRequest[](1);
        requests[0].schema = capabilitySchema;
        requests[0].data = new AttestationRequestData[](12);
        for (uint32 i = 0; i < 12; ++i) {
            requests[0].data[i] = month(CHARACTERISTIC, running - 1 - i, 1_700_000, 1_900_000);
        }
        bytes memory call_ = abi.encodeCall(IEas.multiAttest, (requests));
        bytes memory answer = act(scorerAccount, SCORER_OPERATOR_SECRET, address(eas), call_);
        bytes32[] memory uids = abi.decode(answer, (bytes32[]));
        MultiRevocationRequest[] memory back = new MultiRevocationRequest[](1);
        back[0].schema = capabilitySchema;
        back[0].data = new RevocationRequestData[](12);
        for (uint32 i = 0; i < 12; ++i) {
            vm.assertEq(found(running - 1 - i, scorer).uid, uids[i], "not kept");
            back[0].data[i].uid = uids[i];
        }
        act(scorerAccount, SCORER_OPERATOR_SECRET, address(eas), abi.encodeCall(IEas.multiRevoke, (back)));
        vm.assertEq(found(running - 12, scorer).n, 0, "not revoked");
    }

    function testPartiesAreCheckedAsForScores() external {
        AttestationRequestData memory request = good();
        bytes memory call_ = abi.encodeCall(IEas.attest, (AttestationRequest(capabilitySchema, request)));
        bytes memory reason =
            abi.encodeWithSelector(ICapabilityResolver.NotScorer.selector, body, address(bodyAccount));
        refuseAct(bodyAccount, BODY_SECRET, address(eas), call_, reason);
        CapabilityClaim memory claim = claimOf(request);
        claim.subject = scorer;
        refuseClaim(claim, abi.encodeWithSelector(ICapabilityResolver.SelfAttestation.selector, scorer));
        claim.subject = other;
        refuseClaim(claim, abi.encodeWithSelector(ICapabilityResolver.NotSupplier.selector, other));
        request.recipient = STRANGER;
        refuseMonth(
            request,
            abi.encodeWithSelector(
                ICapabilityResolver.WrongRecipient.selector, STRANGER, address(supplierAccount)
            )
        );
        vm.prank(ENROLLER);
        registry.setRoles(scorer, Roles.PURCHASER);
        reason = abi.encodeWithSelector(ICapabilityResolver.NotScorer.selector, scorer, address(scorerAccount));
        refuseMonth(good(), reason);
    }

    function testFuzzNumbersAreTakenExactlyWhenTheyCanBeTrue(uint32 n, int64 cpk, int64 upper, uint32 ahead) external {
        CapabilityClaim memory claim = claimOf(good());
        (claim.n, claim.cpkMicro, claim.upperMicro) = (n % 4, cpk, upper);
        claim.month = running - 1 + ahead % 4;
        AttestationRequestData memory request = good();
        request.data = abi.encode(claim);
        if (claim.month > running) {
            refuseMonth(
                request,
                abi.encodeWithSelector(
                    ICapabilityResolver.MonthRefused.selector, claim.characteristic, claim.month, running
                )
            );
        } else if (claim.n < 2 || upper < cpk) {
            refuseMonth(
                request,
                abi.encodeWithSelector(ICapabilityResolver.CapabilityRefused.selector, claim.n, cpk, upper)
            );
        } else {
            attestMonth(request);
        }
    }

    function testEvidenceMustBeAnchoredAndACharacteristicNamed() external {
        CapabilityClaim memory claim = claimOf(good());
        claim.evidenceSize += 1;
        refuseClaim(
            claim,
            abi.encodeWithSelector(ICapabilityResolver.HeadNotAnchored.selector, supplier, claim.evidenceSize, ROOT)
        );
        claim = claimOf(good());
        claim.characteristic = 0;
        refuseClaim(
            claim,
            abi.encodeWithSelector(ICapabilityResolver.MonthRefused.selector, bytes32(0), claim.month, running)
        );
    }

    function testDataOfAnyOtherFormIsRefused() external {
        AttestationRequestData memory request = good();
        bytes memory right = request.data;
        request.data = bytes.concat(right, hex"00");
        refuseMonth(request, abi.encodeWithSelector(ICapabilityResolver.MalformedClaim.selector, 289));
        request.data = "";
        refuseMonth(request, abi.encodeWithSelector(ICapabilityResolver.MalformedClaim.selector, 0));
        // Bits above a number's own: the decoder refuses without a word.
        right[2 * 32] = 0x01;
        request.data = right;
        refuseMonth(request, "");
    }

    function testTermsThatDoNotFitAreRefused() external {
        AttestationRequestData memory request = good();
        request.expirationTime = uint64(block.timestamp + 1 days);
        bytes memory reason = abi.encodeWithSelector(ICapabilityResolver.Expires.selector, request.expirationTime);
        refuseMonth(request, reason);
        request = good();
        request.revocable = false;
        refuseMonth(request, abi.encodeWithSelector(ICapabilityResolver.NotRevocable.selector));
        bytes32 uid = attestMonth(good());
        vm.prank(PAUSER);
        registry.pause();
        request = good();
        request.refUID = uid;
        refuseMonth(request, abi.encodeWithSelector(ICapabilityResolver.AttestingPaused.selector));
        revokeMonth(uid);
        bytes32 expected = capabilitySchema;
        vm.prank(PAUSER);
        registry.unpause();
        capabilitySchema = schemas.register("bytes32 subject", address(capabilities), true);
        reason = abi.encodeWithSelector(ICapabilityResolver.WrongSchema.selector, capabilitySchema, expected);
        refuseMonth(good(), reason);
    }

    function testOnlyEasIsHeardAndEtherIsRefused() external {
        Attestation memory attestation;
        vm.expectRevert(abi.encodeWithSelector(ICapabilityResolver.NotEas.selector, address(this)));
        capabilities.attest(attestation);
        vm.expectRevert(abi.encodeWithSelector(ICapabilityResolver.NotEas.selector, address(this)));
        capabilities.revoke(attestation);
        vm.deal(address(eas), 1);
        vm.prank(address(eas));
        vm.expectRevert(abi.encodeWithSelector(ICapabilityResolver.NotPayable.selector, 1));
        capabilities.attest{value: 1}(attestation);
        vm.expectRevert(abi.encodeWithSelector(ICapabilityResolver.ContractMissing.selector, STRANGER));
        new CapabilityResolver(IAttestations(STRANGER), evidenceLog);
        vm.expectRevert(abi.encodeWithSelector(ICapabilityResolver.ContractMissing.selector, STRANGER));
        new CapabilityResolver(IAttestations(address(eas)), IEvidenceLog(STRANGER));
    }
}
