// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Attestation, IAttestationResolver, IAttestations} from "./interfaces/IAttestations.sol";
import {CapabilityMonth, ICapabilityResolver} from "./interfaces/ICapabilityResolver.sol";
import {IEvidenceLog} from "./interfaces/IEvidenceLog.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {IOrgAccount} from "./interfaces/IOrgAccount.sol";
import {Months} from "./libraries/Months.sol";
import {CapabilityClaim} from "./types/CapabilityClaim.sol";
import {OrgId} from "./types/OrgId.sol";
import {Roles} from "./types/Roles.sol";

/// @title CapabilityResolver
/// @notice Lets EAS take a month's capability only when its form, its author and its evidence hold, and remembers it
contract CapabilityResolver is ICapabilityResolver {
    uint256 private constant CLAIM_BYTES = 9 * 32;
    string private constant SCHEMA = "bytes32 subject,bytes32 characteristic,uint32 month,uint32 n,int64 cpkMicro,"
        "int64 upperMicro,bytes32 evidenceOrg,uint64 evidenceSize,bytes32 evidenceRoot";

    /// @inheritdoc ICapabilityResolver
    IAttestations public immutable eas;
    /// @inheritdoc ICapabilityResolver
    IMemberRegistry public immutable registry;
    /// @inheritdoc ICapabilityResolver
    IEvidenceLog public immutable log;
    /// @inheritdoc ICapabilityResolver
    bytes32 public immutable schemaUid;

    /// @dev By the hash of subject, characteristic and month: what each scorer said, and who spoke last.
    mapping(bytes32 place => mapping(OrgId scorer => CapabilityMonth)) private _months;
    mapping(bytes32 place => OrgId) private _lastScorer;

    modifier onlyEas() {
        if (msg.sender != address(eas)) revert NotEas(msg.sender);
        if (msg.value != 0) revert NotPayable(msg.value);
        _;
    }

    constructor(IAttestations eas_, IEvidenceLog log_) {
        if (address(eas_).code.length == 0) revert ContractMissing(address(eas_));
        if (address(log_).code.length == 0) revert ContractMissing(address(log_));
        eas = eas_;
        log = log_;
        registry = log_.registry();
        // As EAS SchemaRegistry 1.4.0 derives it: schema, resolver, revocable.
        schemaUid = keccak256(abi.encodePacked(SCHEMA, address(this), true));
    }

    /// @inheritdoc IAttestationResolver
    function attest(Attestation calldata attestation) external payable onlyEas returns (bool) {
        _accept(attestation);
        return true;
    }

    /// @inheritdoc IAttestationResolver
    function multiAttest(Attestation[] calldata attestations, uint256[] calldata)
        external
        payable
        onlyEas
        returns (bool)
    {
        for (uint256 i = 0; i < attestations.length; ++i) {
            _accept(attestations[i]);
        }
        return true;
    }

    /// @inheritdoc IAttestationResolver
    /// @dev Always allowed, paused or not; that only the attester revokes is EAS's own rule.
    function revoke(Attestation calldata attestation) external payable onlyEas returns (bool) {
        _forget(attestation);
        return true;
    }

    /// @inheritdoc IAttestationResolver
    function multiRevoke(Attestation[] calldata attestations, uint256[] calldata)
        external
        payable
        onlyEas
        returns (bool)
    {
        for (uint256 i = 0; i < attestations.length; ++i) {
            _forget(attestations[i]);
        }
        return true;
    }

    /// @inheritdoc ICapabilityResolver
    function monthOf(OrgId subject, bytes32 characteristic, uint32 month, OrgId scorer)
        public
        view
        returns (CapabilityMonth memory)
    {
        bytes32 place = _place(subject, characteristic, month);
        return _months[place][scorer.isZero() ? _lastScorer[place] : scorer];
    }

    /// @inheritdoc ICapabilityResolver
    function monthsBack(OrgId subject, bytes32 characteristic, uint32 last, uint256 count, OrgId scorer)
        external
        view
        returns (CapabilityMonth[] memory months)
    {
        months = new CapabilityMonth[](count);
        for (uint256 i = 0; i < count; ++i) {
            months[i] = monthOf(subject, characteristic, last - uint32(i), scorer);
        }
    }

    /// @inheritdoc ICapabilityResolver
    function schema() external pure returns (string memory) {
        return SCHEMA;
    }

    /// @inheritdoc IAttestationResolver
    function version() external pure returns (string memory) {
        return "1.4.0";
    }

    /// @inheritdoc IAttestationResolver
    function isPayable() external pure returns (bool) {
        return false;
    }

    function _accept(Attestation calldata attestation) private {
        if (registry.paused()) revert AttestingPaused();
        if (attestation.schema != schemaUid) revert WrongSchema(attestation.schema, schemaUid);
        if (attestation.data.length != CLAIM_BYTES) revert MalformedClaim(attestation.data.length);
        // Of fixed length and decoded strictly, a claim has one encoding only.
        CapabilityClaim memory claim = abi.decode(attestation.data, (CapabilityClaim));
        OrgId attester = _checkParties(attestation, claim.subject);
        _checkClaim(claim);
        if (attestation.expirationTime != 0) revert Expires(attestation.expirationTime);
        if (!attestation.revocable) revert NotRevocable();
        _remember(attestation, claim, attester);
    }

    function _checkParties(Attestation calldata attestation, OrgId subject) private view returns (OrgId attester) {
        attester = registry.orgOfAccount(attestation.attester);
        if (attester.isZero() || !registry.hasRoles(attester, Roles.SCORER)) {
            revert NotScorer(attester, attestation.attester);
        }
        if (attester == subject) revert SelfAttestation(subject);
        if (!registry.hasRoles(subject, Roles.SUPPLIER)) revert NotSupplier(subject);
        address account = registry.accountOf(subject);
        if (attestation.recipient != account) revert WrongRecipient(attestation.recipient, account);
    }

    function _checkClaim(CapabilityClaim memory claim) private view {
        (uint32 newest,) = Months.split(uint64(block.timestamp));
        if (claim.characteristic == bytes32(0) || claim.month > newest) {
            revert MonthRefused(claim.characteristic, claim.month, newest);
        }
        if (claim.n < 2 || claim.upperMicro < claim.cpkMicro) {
            revert CapabilityRefused(claim.n, claim.cpkMicro, claim.upperMicro);
        }
        if (!log.isAnchored(claim.evidenceOrg, claim.evidenceSize, claim.evidenceRoot)) {
            revert HeadNotAnchored(claim.evidenceOrg, claim.evidenceSize, claim.evidenceRoot);
        }
    }

    function _remember(Attestation calldata attestation, CapabilityClaim memory claim, OrgId attester) private {
        bytes32 place = _place(claim.subject, claim.characteristic, claim.month);
        CapabilityMonth storage newest = _months[place][attester];
        // A month is only ever restated by naming what is restated: the chain of references has no gap.
        if (attestation.refUID != newest.uid) revert NotTheNewest(attestation.refUID, newest.uid);
        _months[place][attester] = CapabilityMonth(
            claim.n, claim.cpkMicro, claim.upperMicro, uint64(block.timestamp), attestation.uid
        );
        _lastScorer[place] = attester;
        emit CapabilityAttested(claim.subject, attester, claim.characteristic, claim.month, attestation.uid);
    }

    function _forget(Attestation calldata attestation) private {
        CapabilityClaim memory claim = abi.decode(attestation.data, (CapabilityClaim));
        // From the account itself: the registry forgets an account that its organisation replaced. One that lies finds
        // no value under this attestation's name.
        OrgId attester = IOrgAccount(attestation.attester).org();
        bytes32 place = _place(claim.subject, claim.characteristic, claim.month);
        if (_months[place][attester].uid == attestation.uid) delete _months[place][attester];
        emit CapabilityRevoked(claim.subject, attester, claim.characteristic, claim.month, attestation.uid);
    }

    function _place(OrgId subject, bytes32 characteristic, uint32 month) private pure returns (bytes32) {
        return keccak256(abi.encode(subject, characteristic, month));
    }
}
